import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain } from '../../../sdk/cli/render/plain.js';

describe('plain', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', String.raw`\x1b[31mred\x1b[0m`],
    ['two\nlines\r\ttab', String.raw`two\nlines\r\ttab`],
    ['\u009b2J', String.raw`\x9b2J`],
    ['pay \u202eeno', String.raw`pay \u202eeno`],
    ['zero\u200bwidth\ufeff', String.raw`zero\u200bwidth\ufeff`],
    ['tag\u{e0041}', String.raw`tag\u{e0041}`],
    ['\ud800 alone', String.raw`\ud800 alone`],
  ])('escapes %j', (text, escaped) => {
    expect(plain(text)).toBe(escaped);
  });

  it('leaves ordinary text alone, in any script', () => {
    for (const text of ['Überweisung 1 €', '日本語', '👩\u200d🔬', 'می\u200cخواهم']) expect(plain(text)).toBe(text);
  });

  it('never lets through what a terminal obeys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        expect(plain(text)).not.toMatch(/\p{Cc}|\p{Zl}|\p{Zp}|[\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
