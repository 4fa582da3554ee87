import { describe, expect, it } from 'vitest';
import { milliseconds, type Duration } from '../../sdk/definition/duration.js';
import { errorCode } from '../fixtures/rejection.js';

describe('milliseconds', () => {
  it.each([
    [0, 0],
    [250, 250],
    ['250ms', 250],
    ['10s', 10_000],
    ['5m', 300_000],
    ['24h', 86_400_000],
    ['3d', 259_200_000],
    ['2w', 1_209_600_000],
    ['1.5s', 1500],
  ] satisfies [Duration, number][])('takes %s', (duration, ms) => {
    expect(milliseconds(duration, 'it')).toBe(ms);
  });

  it.each([-1, NaN, Infinity, '', 'soon', '10 parsecs', '-5s', null, {}, undefined])(
    'refuses %s, naming what it is for',
    async (duration) => {
      expect(await errorCode(() => milliseconds(duration as Duration, 'the timeout'))).toBe('DF_INVALID_INPUT');
      expect(() => milliseconds(duration as Duration, 'the timeout')).toThrow(/^the timeout/);
    },
  );
});
