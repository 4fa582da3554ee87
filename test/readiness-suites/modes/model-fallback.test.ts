import { describe, expect, it } from 'vitest';
import { modelFallback } from '../../../readiness-suites/modes/model-fallback.js';
import type { Observation } from '../../../readiness-suites/trial/observation.js';
import type { PromptEntry } from '../../../readiness-suites/world/world-log.js';
import { call, prompt, refund, sceneOf, seen } from '../hand-made.js';

const scene = (prompts: readonly PromptEntry[]) => sceneOf({ tools: [call(), refund()], prompts });
const one = scene([prompt('q1')]);

function variants(it = one) {
  const all = modelFallback.variants(it);
  if ('none' in all) throw new Error(all.none);
  return all;
}
const variant = (id: string, it = one) => variants(it).find((each) => each.id === id)!;
const failed = (text = 'q1') => prompt(text, { outcome: '529', costUsd: 0 });
const fallback = (text = 'q1') => prompt(text, { target: 'fallback' });

function withRecord(attempts: number): Pick<Observation, 'record'> {
  const events = Array.from({ length: attempts }, () => ({ event: 'model.attempt', life: 1 }));
  return {
    record: {
      status: 'completed',
      error: undefined,
      steps: [],
      effects: [],
      modelCalls: [],
      finishedAtKill: [],
      events,
      telemetry: '',
    },
  };
}

describe('model fallback', () => {
  it('has a variant for each way of failing, others for streams, and one in mid-run where there is more than one question', () => {
    const usual = variants().map(({ id }) => id);
    expect(usual).toEqual(['429-retry-after', '429', 'spend-cap', '529', 'silence', 'html', 'other-json', 'truncated-json', 'cut-body', '400']);
    const streaming = variants(scene([prompt('q1', { stream: true }), prompt('q2', { stream: true })])).map(({ id }) => id);
    expect(streaming).toEqual(expect.arrayContaining(['cut-stream', 'error-event', 'in-mid-run']));
    expect(streaming).not.toContain('cut-body');
  }); // prettier-ignore

  it('fails the model that is asked first, and no other', () => {
    const { model } = variant('529').plan('durable', 1).fault;
    const asked = (target: string, nth = 1) => model!({ target, nth, request: prompt('').request, stream: false, tokens: 1, life: 1 });
    expect(asked('primary')).toMatchObject({ kind: 'status', status: 529 });
    expect(asked('fallback')).toBeUndefined();
    const { model: later } = variant('in-mid-run', scene([prompt('q1'), prompt('q2')])).plan('durable', 1).fault;
    const at = (nth: number) => later!({ target: 'primary', nth, request: prompt('').request, stream: false, tokens: 1, life: 1 });
    expect([at(1), at(2)]).toEqual([undefined, expect.objectContaining({ status: 503 })]);
  });

  it('passes if another model did the work, with every attempt on record', () => {
    const done = { prompts: [failed(), failed(), fallback()], tools: [refund()] };
    expect(variant('529').judge(seen({ ...done, ...withRecord(3) }))).toMatchObject({ passed: true });
    expect(variant('529').judge(seen({ ...done, ...withRecord(2) }))).toEqual({
      passed: false,
      reason: 'asked its models 3 times, and its telemetry counts 2',
    });
  });

  it.each([
    ['529', 'no other model was asked', { prompts: [failed()], end: 'threw' }, 'no model but primary was asked'],
    ['529', 'the work was left', { prompts: [failed(), fallback()] }, 'crm.refund was not done: it came to its end'],
    ['529', 'it was made twice', { prompts: [fallback()], tools: [refund(), refund()] }, /happened twice instead of once/],
    ['silence', 'it waited for ever', { prompts: [failed()], end: 'hung' }, /still at work at its deadline/],
    ['529', 'it asked and asked', { prompts: Array.from({ length: 6 }, () => failed()), tools: [refund()] }, /6 times; 5 times/],
    ['spend-cap', 'it was tried again', { prompts: [failed(), failed(), fallback()], tools: [refund()] }, /put the same question twice/],
    ['400', 'it was tried again', { prompts: [failed(), failed()], end: 'threw' }, /put the same question twice/],
    ['400', 'it was sent on', { prompts: [failed(), fallback()], tools: [refund()] }, /sent a request that was refused as invalid on/],
    ['529', 'it cost too much', { prompts: [{ ...fallback(), costUsd: 2 }], tools: [refund()] }, 'spent $2.00; $1.00 is the most'],
  ] as const)('%s: does not pass if %s', (id, _what, over, reason) => {
    const finding = variant(id).judge(seen(over as Partial<Observation>));
    expect(finding).toEqual({ passed: false, reason: typeof reason === 'string' ? reason : expect.stringMatching(reason) });
  });

  it('passes a refused request that was given up', () => {
    expect(variant('400').judge(seen({ prompts: [failed()], end: 'threw', arm: 'naked' })).passed).toBe(true);
  });

  it('can not be tried where no model is asked', () => {
    expect(modelFallback.variants(scene([]))).toEqual({ none: 'no model was asked' });
  });
});
