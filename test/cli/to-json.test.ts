import { DurableFlowError } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { jsonText, toJson } from '../../sdk/cli/to-json.js';

describe('toJson', () => {
  it.each([
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an invalid date', new Date(NaN), null],
    ['undefined', undefined, null],
    ['a BigInt', 12345678901234567890n, '12345678901234567890'],
    ['NaN', NaN, 'NaN'],
    ['an infinite number', -Infinity, '-Infinity'],
    ['a map', new Map([[{ a: 1 }, new Set([2n])]]), [[{ a: 1 }, ['2']]]],
    ['typed arrays', new Uint8Array([1, 2]), [1, 2]],
    ['big typed arrays', new BigInt64Array([1n]), ['1']],
    ['a buffer', new Uint8Array([7]).buffer, [7]],
    ['a part of a buffer', new DataView(new Uint8Array([7, 8, 9]).buffer, 1, 1), [8]],
    ['a sparse array', Object.assign([], { 1: 'x' }), [null, 'x']],
    ['undefined fields', { a: undefined }, { a: null }],
    ['a regular expression', /a+/g, '/a+/g'],
    ['a URL', new URL('http://localhost/x'), 'http://localhost/x'],
    ['an object without prototype', Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
  ])('renders %s', (_what, value, expected) => {
    expect(toJson(value)).toEqual(expected);
  });

  it('renders errors with code, fix, fields and causes', () => {
    const cause = Object.assign(new TypeError('inner'), { status: 503n });
    const error = new DurableFlowError('DF_CLOSED', 'shut', { cause });
    expect(toJson(error)).toEqual({
      name: 'DurableFlowError',
      code: 'DF_CLOSED',
      message: 'shut.',
      fix: 'Open it again with DurableFlow.open().',
      details: {},
      cause: { name: 'TypeError', code: 'TypeError', message: 'inner', fix: null, status: '503' },
    });
  });

  it('ends at a reference to what encloses it, and renders one that only repeats', () => {
    const shared = { n: 1 };
    const value: Record<string, unknown> = { a: shared, b: shared };
    value['self'] = [value];
    expect(toJson(value)).toEqual({ a: { n: 1 }, b: { n: 1 }, self: ['[Circular]'] });
  });

  it('is text that a terminal does not obey, and that parses to the same', () => {
    const text = 'a\u001b[2J\u009b\u007f\u2028\u202ez';
    expect(jsonText(text)).toBe(String.raw`"a\u001b[2J\u009b\u007f\u2028\u202ez"`);
    expect(JSON.parse(jsonText(text))).toBe(text);
  });
});
