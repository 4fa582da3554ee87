import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueDifferences } from '../../sdk/cli/value-differences.js';

describe('valueDifferences', () => {
  it.each([
    ['a field', { a: 1, b: 2 }, { a: 1, b: 3 }, [['b', 2, 3]]],
    ['a field inside', { a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 3 }] } }, [['a.b[1].c', 2, 3]]],
    ['a field more', { a: 1 }, { a: 1, b: 2 }, [['b', undefined, 2]]],
    ['an element less', [1, 2], [1], [['[1]', 2, undefined]]],
    ['a field that needs quotes', { 'a b': 1 }, { 'a b': 2 }, [['["a b"]', 1, 2]]],
    ['a whole', 1, 'one', [['', 1, 'one']]],
    ['another kind', { a: [1] }, { a: { 0: 1 } }, [['a', [1], { 0: 1 }]]],
    ['a map, which differs as a whole', new Map([[1, 2]]), new Map([[1, 3]]), [['', new Map([[1, 2]]), new Map([[1, 3]])]]],
    ['a date', { at: new Date(0) }, { at: new Date(1) }, [['at', new Date(0), new Date(1)]]],
    ['an undefined field and none', { a: { b: undefined } }, { a: {} }, [['a', { b: undefined }, {}]]],
  ])('finds %s', (_what, before, after, expected) => {
    expect(valueDifferences(before, after).map((it) => [it.path, it.before, it.after])).toEqual(expected);
  });

  it('comes to an end where a value holds itself', () => {
    const knot = (n: number) => {
      const value: Record<string, unknown> = { n };
      value['self'] = value;
      return value;
    };
    expect(valueDifferences(knot(1), knot(2))[0]).toEqual({ path: 'n', before: 1, after: 2 });
    expect(valueDifferences(knot(1), knot(1))).toEqual([]);
  });

  it('finds nothing in equals, and something in everything else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(valueDifferences(a, structuredClone(a))).toEqual([]);
        expect(valueDifferences(a, b).length > 0).toBe(!isEqual(a, b));
      }),
    );
  });
});

function isEqual(a: unknown, b: unknown): boolean {
  try {
    expect(a).toStrictEqual(b);
    return true;
  } catch {
    return false;
  }
}
