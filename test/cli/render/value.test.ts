import { describe, expect, it } from 'vitest';
import { valueLines, valuePreview } from '../../../sdk/cli/render/value.js';

describe('valueLines', () => {
  it('prints a value whole, however long and deep it is', () => {
    const deep = { a: { b: { c: { d: { e: 'f' } } } }, list: Array.from({ length: 300 }, (_, n) => n), text: 'x'.repeat(20_000) };
    const text = valueLines(deep, 80).join('');
    expect(text).toContain("e: 'f'");
    expect(text).toContain('299');
    expect(text).toContain('x'.repeat(20_000));
  });

  it('is free of what a terminal obeys, in values and in keys', () => {
    const lines = valueLines({ 'k\u001b[2J\u202e': 'v\u001b]0;x\u0007\u009b\u202e\n2' }, 80);
    expect(lines.join('')).not.toMatch(/\p{Cc}|\u202e/u);
  });

  it('knows the types of the journal', () => {
    expect(valueLines([new Date(0), 1n, undefined, new Map([[1, new Set([2])]])], 200)).toEqual([
      '[ 1970-01-01T00:00:00.000Z, 1n, undefined, Map(1) { 1 => Set(1) { 2 } } ]',
    ]);
  });
});

describe('valuePreview', () => {
  it('is one line of a limited length', () => {
    expect(valuePreview({ text: 'line\nbreak' })).toBe(String.raw`{ text: 'line\nbreak' }`);
    const cut = valuePreview('y'.repeat(500), 20);
    expect(cut).toBe(`'${'y'.repeat(18)}…`);
  });
});
