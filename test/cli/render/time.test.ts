import { describe, expect, it } from 'vitest';
import { duration, moment, relativeTime } from '../../../sdk/cli/render/time.js';

const [s, min, h, d] = [1000, 60_000, 3_600_000, 86_400_000] as const;

describe('duration', () => {
  it.each([
    [0, '0 ms'],
    [-5, '0 ms'],
    [999.4, '999 ms'],
    [999.9, '1000 ms'],
    [1000, '1 s'],
    [1449, '1.4 s'],
    [59_999, '59.9 s'],
    [min, '1 min'],
    [3 * min + 4 * s, '3 min 4 s'],
    [2 * h, '2 h'],
    [2 * d + 5 * h + 59 * min, '2 d 5 h'],
  ])('%d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe('relativeTime', () => {
  const now = new Date('2026-01-02T03:04:05.678Z');
  it.each([
    [0, 'just now'],
    [-999, 'just now'],
    [-1 * s, '1 s ago'],
    [-59 * min, '59 min ago'],
    [3 * h, 'in 3 h'],
    [-400 * d, '400 d ago'],
  ])('%d ms from now is %s', (ms, text) => {
    expect(relativeTime(new Date(now.getTime() + ms), now)).toBe(text);
  });

  it('is put beside the moment itself', () => {
    expect(moment(new Date(now.getTime() - h), now)).toBe('2026-01-02 02:04:05Z (1 h ago)');
  });
});
