import { describe, expect, it } from 'vitest';
import { durationText, moneyText, sizeText } from '../../../../sdk/ui/page/words/amounts.js';
import { relativeText, utcText } from '../../../../sdk/ui/page/words/moments.js';
import { jsonProblem, parseJson } from '../../../../sdk/ui/page/words/parse-json.js';
import { shownText } from '../../../../sdk/ui/page/words/shown-text.js';
import { plain } from '../../../../sdk/cli/render/plain.js';

/** What the page says follows the reader's language; the expected texts here are English. */
const english = new Intl.NumberFormat().resolvedOptions().locale.startsWith('en');

describe.runIf(english)('amounts', () => {
  it('shows money with as many digits as say something', () => {
    expect([0, 0.000_000_1, 0.000_21, 0.0241, 1.5, 1234.5].map(moneyText)).toEqual([
      '$0',
      '<$0.000001',
      '$0.00021',
      '$0.0241',
      '$1.50',
      '$1,234.50',
    ]);
  });

  it('shows durations in their two largest units, never rounded up', () => {
    expect([0, 999, 1_950, 61_000, 3_600_000, 86_399_999, 90_000_000].map(durationText)).toEqual([
      '0ms',
      '999ms',
      '1.9s',
      '1m 1s',
      '1h',
      '23h 59m',
      '1d 1h',
    ]);
  });

  it('shows sizes', () => {
    expect([12, 1_500, 2_000_000].map(sizeText)).toEqual(['12 B', '1.5 kB', '2.0 MB']);
  });
});

describe('moments', () => {
  const now = Date.parse('2026-11-27T12:00:00.000Z');

  it.runIf(english)('says how far away they are', () => {
    const texts = ['2026-11-27T11:59:58.000Z', '2026-11-27T11:57:00.000Z', '2026-11-27T17:30:00.000Z', '2026-11-20T12:00:00.000Z'];
    expect(texts.map((moment) => relativeText(moment, now))).toEqual(['now', '3 minutes ago', 'in 5 hours', '7 days ago']);
  });

  it('says them exactly in UTC', () => {
    expect(utcText('2026-11-27T11:59:58.120Z')).toBe('2026-11-27 11:59:58.120 UTC');
    expect(utcText('2026-11-27T11:59:58.000Z')).toBe('2026-11-27 11:59:58 UTC');
  });
});

describe('shownText', () => {
  it('says what the terminal says, but keeps line breaks', () => {
    for (const text of ['\u202e', 'a\u2028b', '\u001b[31m', '\ud800', '\u{e0041}', 'e\u200dmoji', '\t\r'])
      expect(shownText(text)).toBe(plain(text));
    expect(shownText('a\nb')).toBe('a\nb');
  });
});

describe('parseJson', () => {
  it('takes an empty field for nothing, and says what is wrong with the rest', () => {
    expect(parseJson(' ')).toBeUndefined();
    expect(parseJson('null')).toBeNull();
    expect(jsonProblem('{"id": 7}')).toBeUndefined();
    expect(jsonProblem('done')).toBe('This is no JSON. Texts need double quotes: "done".');
  });
});
