import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { PlanTrace } from '../../../sdk/planner/plan-trace.js';
import { makeTrace } from '../../../sdk/planner/trace/make-trace.js';
import { traceHtml } from '../../../sdk/planner/trace/trace-html.js';
import { traceText } from '../../../sdk/planner/trace/trace-text.js';
import { ask, plannerWorld } from '../planning/planner-world.js';
import { attempt, stories } from './stories.js';

const look = { width: 100, colors: createColors(false), now: new Date(0) };
const told = await stories();

describe('a headline', () => {
  it('says in one sentence what became of a request', () => {
    expect(Object.values(told).map(({ headline }) => headline)).toEqual([
      'Answered by the local model, which cost nothing.',
      'Answered by the local model, which cost nothing.',
      'Answered by the large cloud model after the local model failed its check and the small cloud model gave no answer.',
      'Nobody was asked: no target that is otherwise allowed has the tier frontier.',
      'Answered by the local model, the cheapest, because the budget is nearly used up.',
    ]);
  });

  it('and all other words name no target by its id', () => {
    for (const trace of Object.values(told))
      expect(JSON.stringify({ ...trace, requestId: '' })).not.toMatch(/"(?:local|economy|frontier)"/);
  });

  it('says why there was no answer, and who was not asked', async () => {
    const { solver } = await plannerWorld();
    const plan = solver.plan(ask('Hello'), {});
    const record = { plan, shadow: undefined, receivedAt: 0 };
    const skipped = attempt(plan, 'economy', 'skipped', {
      detail: 'the budget has too little left',
      durationMs: 0,
      costUsd: 0,
      chargedUsd: 0,
    });
    const attempts = [attempt(plan, 'local', 'transport_error'), skipped];
    expect(makeTrace('r', { ...record, state: 'failed', attempts })).toMatchObject({
      headline: 'No answer: the local model gave no answer and the small cloud model was not asked (the budget has too little left).',
      totals: { attempts: 1 },
    });
    expect(makeTrace('r', { ...record, state: 'running', attempts: [] }).headline).toBe('Not answered yet.');
    expect(makeTrace('r', { ...record, state: 'abandoned', attempts: [] }).headline).toBe('Given up before there was an answer.');
  });

  it('tells of a streamed answer that failed its check: its caller has it, so nobody else was asked', async () => {
    const { solver } = await plannerWorld();
    const plan = solver.plan(ask('Hello'), { check: { type: 'json' } });
    const attempts = [attempt(plan, 'local', 'failed_check', { firstTokenMs: 50 })];
    const { headline, chosen } = makeTrace('r', { plan, attempts, shadow: undefined, state: 'answered', receivedAt: 0 });
    expect(headline).toMatch(/^Answered by the local model.*the answer failed its check, and a streamed answer is not asked for again\.$/);
    expect(chosen).toBe('the local model');
  });
});

describe('a trace', () => {
  it('is plain data', () => {
    for (const trace of Object.values(told))
      expect(JSON.parse(JSON.stringify(trace))).toEqual(JSON.parse(JSON.stringify(structuredClone(trace))));
  });

  it('adds the shadow to the money, not to the attempts', () => {
    const { totals, shadow, escalation } = told.coldStart;
    expect(escalation).toHaveLength(1);
    expect(shadow).toMatchObject({ target: 'the small cloud model' });
    expect(totals).toMatchObject({ attempts: 1, chargedUsd: shadow!.chargedUsd });
  });

  it.each(Object.entries(told))('reads well in a terminal: %s', async (name, trace) => {
    await expect(`${traceText(trace, look)}\n`).toMatchFileSnapshot(`snapshots/${name}.txt`);
  });
});

describe('the page', () => {
  it('loads nothing, and shows text of strangers as text', () => {
    const evil = '<img src=x onerror=alert(1)>"\'&';
    const soiled = JSON.parse(JSON.stringify(told.escalates), (_, value: unknown) =>
      typeof value === 'string' && value !== 'answered' ? evil : value,
    ) as PlanTrace;
    const page = traceHtml({ ...soiled, state: 'answered' });
    expect(page).not.toContain('<img');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|https?:|url\(|@import/);
  });

  it('has all that the terminal says', () => {
    const page = traceHtml(told.escalates);
    for (const { target, words } of told.escalates.escalation) expect(page).toMatch(new RegExp(`<strong>${target}</strong>[^]*?${words}`));
    for (const sentence of told.infeasible.wouldChange) expect(traceHtml(told.infeasible)).toContain(sentence.replaceAll("'", '&#39;'));
  });
});
