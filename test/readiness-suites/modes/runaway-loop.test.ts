import { describe, expect, it } from 'vitest';
import { asking, runawayLoop } from '../../../readiness-suites/modes/runaway-loop.js';
import { call, prompt, refund, sceneOf, seen } from '../hand-made.js';

const tools = [{ name: 'search', parameters: {} }];
const offered = prompt('q', { request: { messages: [], maxTokens: 100, tools } });
const scene = sceneOf({ tools: [call(), refund()], prompts: [offered, offered] }, { limits: { turns: 3, usd: 0.01 } });

function variants(it = scene) {
  const all = runawayLoop.variants(it);
  if ('none' in all) throw new Error(all.none);
  return all;
}

describe('runaway loop', () => {
  it('asks for the same, for something new, and at great length, if tools are offered', () => {
    expect(variants().map(({ id }) => id)).toEqual(['same', 'new', 'huge']);
    expect(variants(sceneOf({ tools: [refund()], prompts: [prompt('q'), prompt('q')] })).map(({ id }) => id)).toEqual(['same']);
  });

  it('goes on from the first answer for ever', () => {
    const { model } = variants()[1]!.plan('naked', 1).fault;
    const ask = (nth: number) => model!({ target: 'primary', nth, request: offered.request, stream: false, tokens: 1, life: 1 });
    const first = ask(1) as { kind: string; make(it: object): object };
    expect(first.kind).toBe('instead');
    first.make({ toolCalls: [{ name: 'search', input: { query: 'bikes', limit: 3 } }] });
    expect([ask(2), ask(3)]).toMatchObject(
      [2, 3].map((nth) => ({ kind: 'says', answer: { toolCalls: [{ name: 'search', input: { query: `bikes ${nth}`, limit: 3 } }] } })),
    );
  });

  it('is at great length, but no longer than the answer may be', () => {
    const { model } = variants()[2]!.plan('naked', 1).fault;
    const ask = (nth: number) => model!({ target: 'primary', nth, request: offered.request, stream: false, tokens: 1, life: 1 });
    (ask(1) as { make(it: object): object }).make({ toolCalls: [{ name: 'search', input: {} }] });
    const text = JSON.stringify(ask(2));
    expect(text.length).toBeGreaterThan(200);
    expect(text.length).toBeLessThan(1000);
  });

  it.each([
    ['too many turns', { prompts: [offered, offered, offered, offered] }, 'asked its models 4 times; 3 times are the most'],
    ['too much money', { prompts: [offered, { ...offered, costUsd: 0.02 }] }, 'spent $0.02; $0.01 is the most'],
    ['an effect too many', { prompts: [offered, offered], tools: [refund(), refund()] }, expect.stringContaining('happened twice')],
    ['no end', { prompts: [offered, offered], end: 'hung' }, 'it was still at work at its deadline and had to be killed'],
  ] as const)('does not pass with %s', (_what, over, reason) => {
    expect(variants()[0]!.judge(seen({ ...over, tools: 'tools' in over ? [...over.tools] : [] }))).toEqual({ passed: false, reason });
  });

  it('passes if it stops by itself', () => {
    expect(variants()[0]!.judge(seen({ prompts: [offered, offered], end: 'threw', arm: 'naked' })).passed).toBe(true);
    expect(variants()[0]!.fired!(seen({ prompts: [offered] }))).toBe(false);
  });

  it('can not be tried where one answer is all', () => {
    expect(runawayLoop.variants(sceneOf({ prompts: [offered] }))).toEqual({ none: 'its model is asked once, whatever it says' });
    expect(runawayLoop.variants(sceneOf({}))).toEqual({ none: 'no model was asked' });
  });

  it('asks for more even where there was nothing to change', () => {
    expect(asking({ toolCalls: [{ name: 'list', input: {} }] }, (text) => `${text}!`).toolCalls).toEqual([
      { name: 'list', input: { note: 'more!' } },
    ]);
  });
});
