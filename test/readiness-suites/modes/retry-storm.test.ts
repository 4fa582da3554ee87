import { describe, expect, it } from 'vitest';
import { calmEnough, fewCalls, mostCalls, retryStorm } from '../../../readiness-suites/modes/retry-storm.js';
import { call, prompt, refund, sceneOf, seen } from '../hand-made.js';

const scene = sceneOf({ tools: [call(), refund()], prompts: [prompt('q')] });
const at = (n: number, ms: (i: number) => number) => Array.from({ length: n }, (_, i) => ms(i));
const told = (n: number) => `called it ${n} times`;

function variants(it = scene) {
  const all = retryStorm.variants(it);
  if ('none' in all) throw new Error(all.none);
  return all;
}

describe('retry storm', () => {
  it('fails the first read, the first effect and the models', () => {
    expect(variants().map(({ id }) => id)).toEqual(['crm.customer-fails', 'crm.refund-fails', 'models-fail']);
    const { model } = variants()[2]!.plan('naked', 1).fault;
    expect(model!({ target: 'any', nth: 1, request: prompt('').request, stream: false, tokens: 1, life: 1 })).toMatchObject({
      status: 503,
    });
  });

  it.each([
    ['a few calls', at(1 + fewCalls, () => 0), true],
    ['more of them, without a pause', at(2 + fewCalls, (i) => i), false],
    ['more of them, with the same pause', at(1 + mostCalls, (i) => i * 1000), false],
    ['more of them, with growing pauses', at(1 + mostCalls, (i) => 2 ** i), true],
    ['too many, with whatever pauses', at(2 + mostCalls, (i) => 2 ** i), false],
  ])('judges %s', (_what, times, passed) => {
    expect(calmEnough(times, 1, told).passed).toBe(passed);
  });

  it('counts the calls of what is down', () => {
    const [read, , models] = variants();
    const storm = seen({ tools: at(30, (i) => i).map((atMs) => call({ atMs })), end: 'threw', arm: 'naked' });
    expect(read!.judge(storm)).toEqual({ passed: false, reason: 'called crm.customer 30 times; 21 would be the most' });
    const asked = seen({ prompts: at(30, (i) => i).map((atMs) => prompt('q', { atMs })) });
    expect(models!.judge(asked)).toEqual({ passed: false, reason: 'asked its models 30 times; 21 would be the most' });
  });

  it('demands an end', () => {
    expect(variants()[0]!.judge(seen({ end: 'hung' })).passed).toBe(false);
    expect(variants()[0]!.judge(seen({ end: 'threw', arm: 'naked', tools: [call()] }))).toEqual({
      passed: true,
      reason: 'it called crm.customer once and gave up',
    });
  });
});
