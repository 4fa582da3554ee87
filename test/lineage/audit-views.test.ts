import {
  auditHtml,
  auditOf,
  genAiSpans,
  lineagePicture,
  openLineageEvents,
  type DecisionRecord,
  type History,
  type OpenLineageEvent,
} from 'durableflow';
import { describe, expect, it } from 'vitest';
import { digest, encode } from '../../sdk/journal/index.js';
import { stateWords } from '../../sdk/lineage/audit-words.js';

const input = encode({ question: 'When?' }, '');
const found = encode({ page: 1 }, '');
const hostile = '</title><script>alert(1)</script>"\'&\u202egnp';

const item = (reference: string, changes: Partial<DecisionRecord['artifacts'][number]>): DecisionRecord['artifacts'][number] => ({
  reference, digest: digest(reference), state: 'selected', reason: undefined, tokens: 10, score: 1, rank: 1, pinned: false, content: undefined, ...changes,
}); // prettier-ignore

const decisions: readonly DecisionRecord[] = [
  {
    call: 1,
    method: 'answer',
    recordedAt: 3000,
    inherited: false,
    budget: { maxTokens: 100, reserve: 50, tokens: 20, queryDigest: 'q' },
    artifacts: [
      item('argument 0', { digest: digest(input), state: 'observed', tokens: undefined, score: undefined, rank: undefined }),
      item('argument 1', { digest: digest(found), state: 'observed', tokens: undefined, score: undefined, rank: undefined }),
      item('good', { state: 'influential' }),
      item(hostile, { state: 'consumed', rank: 2, content: hostile }),
      item('spare', { state: 'rejected', reason: 'over_budget', tokens: 90, score: 0.25, rank: 3 }),
    ],
    modelCalls: [
      {
        attempt: 1, target: undefined, provider: 'anthropic', model: 'claude-haiku-4-5', answeredBy: undefined, outcome: 'timeout', startedAt: 1000, durationMs: 500,
        promptDigest: 'p', answerDigest: undefined, usage: undefined, costUsd: undefined, chargedUsd: 0.02, maxTokens: 50, stopReason: undefined, requestId: undefined,
        prompt: undefined, answer: undefined,
      },
      {
        attempt: 2, target: 'main', provider: 'anthropic', model: 'claude-haiku-4-5', answeredBy: 'claude-haiku-4-5-20251001', outcome: 'answered', startedAt: 2000, durationMs: 1500,
        promptDigest: 'p', answerDigest: 'a', usage: { inputTokens: 100, outputTokens: 20, cacheReadTokens: 900, cacheWriteTokens: 0, reasoningTokens: 5 }, costUsd: 0.00029,
        chargedUsd: 0.00029, maxTokens: 50, stopReason: 'end', requestId: 'req_1', prompt: undefined, answer: undefined,
      },
    ],
  },
]; // prettier-ignore

const record = (call: number, name: string, value: string) =>
  ({
    seq: call,
    call,
    name,
    digest: 'd',
    outcome: 'returned',
    value,
    attempts: call + 1,
    startedAt: 1000 + call,
    endedAt: 4000 + call,
  }) as const;

const history: History = {
  format: 'durableflow.history',
  formatVersion: 1,
  run: {
    id: hostile, workflow: 'desk', version: '1', status: 'completed', input, inputDigest: digest(input), outcome: encode('At nine.', ''), createdAt: 500, updatedAt: 5000,
    wakeAt: undefined, owner: undefined, epoch: 2, cancelReason: undefined, deadlineAt: undefined, parent: undefined, queue: undefined, priority: 0,
  },
  journal: [record(0, 'look', found), record(1, 'answer', encode('At nine.', ''))],
  approvals: [],
  effects: [],
  waits: [],
  signals: [],
  attributes: {},
  decisions,
}; // prettier-ignore
const audit = auditOf(history);

describe('the page', () => {
  const page = auditHtml(audit);

  it('shows text of strangers as text, whatever is in it', () => {
    expect(page).not.toContain('<script');
    expect(page).not.toContain('\u202e');
    expect(page).toContain('&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
    expect(page).toContain(`Content-Security-Policy" content="default-src 'none'`);
    expect(page).not.toMatch(/(?:src|href)="(?!data:,")/);
  });

  it('draws what each call had of the material, and lists every piece once', () => {
    const picture = lineagePicture(audit);
    for (const state of ['influential', 'consumed', 'rejected'])
      expect(picture.match(new RegExp(`class="edge ${state}"`, 'g'))).toHaveLength(1);
    expect(picture.match(/class="edge given"/g)).toHaveLength(1);
    expect(picture.match(/<g class="node call/g)).toHaveLength(2);
    const many = auditOf({
      ...history,
      decisions: [
        {
          ...decisions[0]!,
          artifacts: Array.from({ length: 500 }, (_, n) => item(`item ${n}`, { state: n === 499 ? 'influential' : 'rejected' })),
        },
      ],
    });
    expect(lineagePicture(many)).toContain('and 460 more, in the list below');
    expect(lineagePicture(many)).toContain('item 499');
    expect(auditHtml(many).match(/<tr class="rejected">/g)).toHaveLength(499);
    expect(lineagePicture(auditOf({ ...history, journal: [], decisions: [] }))).toContain('<svg');
  });

  it('has a word for every state', () => {
    for (const words of Object.values(stateWords)) expect(page).toContain(words);
    expect(page).toContain('no room: what ranks higher had taken it');
  });
});

/** What the JSON schema of OpenLineage 2-0-2 requires of a run event. */
function violations(event: OpenLineageEvent): string[] {
  const url = /^https:\/\/openlineage\.io\/spec\/\S+$/;
  const found: string[] = [];
  const check = (what: string, good: boolean) => good || found.push(what);
  check('eventType', ['START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER'].includes(event.eventType));
  check('eventTime', new Date(event.eventTime).toISOString() === event.eventTime);
  check('runId', /^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(event.run.runId));
  check('job', event.job.namespace !== '' && event.job.name !== '');
  check('producer', URL.canParse(event.producer));
  check('schemaURL', event.schemaURL === 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent');
  const datasets = [...event.inputs, ...event.outputs];
  check(
    'datasets',
    datasets.every(({ namespace, name }) => namespace !== '' && name !== ''),
  );
  const facets = [event.run.facets, event.job.facets, ...datasets.flatMap((it) => [it.facets, it.inputFacets])].flatMap((it) =>
    Object.values(it ?? {}),
  );
  for (const { _producer: producer, _schemaURL: schema } of facets) check('facet', URL.canParse(producer) && url.test(schema));
  return found;
}

describe('OpenLineage', () => {
  const events = openLineageEvents(audit, { namespace: 'shop' });

  it('gets valid events: one start and one end for the run, and for each decision with the run as its parent', () => {
    expect(events.flatMap(violations)).toEqual([]);
    expect(events.map(({ eventType, job }) => [eventType, job.name])).toEqual([
      ['START', 'desk'],
      ['START', 'desk.answer'],
      ['COMPLETE', 'desk.answer'],
      ['COMPLETE', 'desk'],
    ]);
    expect(events[2]!.run.facets!['parent']).toMatchObject({
      run: { runId: events[0]!.run.runId },
      job: { namespace: 'shop', name: 'desk' },
    });
    expect(events[1]!.run.runId).toBe(events[2]!.run.runId);
    expect(new Set(events.map(({ run }) => run.runId)).size).toBe(2);
    expect(openLineageEvents(audit, { namespace: 'shop' })).toEqual(events);
  });

  it('gets what reached a call as its inputs, with the digest as version; what was rejected is told in a facet', () => {
    expect(events[2]!.inputs.map(({ name }) => name)).toEqual(['good', hostile]);
    expect(events[2]!.inputs[0]!.facets!['version']).toMatchObject({ datasetVersion: digest('good') });
    expect(events[2]!.run.facets!['durableflow_decision']).toMatchObject({ rejected: [{ reference: 'spare', reason: 'over_budget' }] });
  });

  it('gets no end of what has not ended, and FAIL and ABORT where they belong', () => {
    const typesOf = (changes: Partial<History['run']>, journal = history.journal) =>
      openLineageEvents(auditOf({ ...history, run: { ...history.run, ...changes }, journal })).map(({ eventType }) => eventType);
    expect(typesOf({ status: 'waiting', outcome: undefined })).toEqual(['START', 'START', 'COMPLETE']);
    expect(typesOf({ status: 'running', outcome: undefined }, [])).toEqual(['START', 'START']);
    expect(typesOf({ status: 'failed' }).at(-1)).toBe('FAIL');
    expect(typesOf({ status: 'cancelled' }).at(-1)).toBe('ABORT');
  });
});

it('gives each model call the attributes of the GenAI conventions', () => {
  const [failed, answered] = genAiSpans(audit);
  expect(failed).toMatchObject({ name: 'chat claude-haiku-4-5', kind: 'client', status: 'error', attributes: { 'error.type': 'timeout' } });
  expect(failed!.attributes).not.toHaveProperty('gen_ai.usage.input_tokens');
  expect(answered!.endTime.getTime() - answered!.startTime.getTime()).toBe(1500);
  expect(answered!.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': 'claude-haiku-4-5',
    'gen_ai.request.max_tokens': 50,
    'gen_ai.response.model': 'claude-haiku-4-5-20251001',
    'gen_ai.response.id': 'req_1',
    'gen_ai.response.finish_reasons': ['end'],
    // All input, cached or not.
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.cache_read.input_tokens': 900,
    'gen_ai.usage.output_tokens': 20,
    'gen_ai.usage.reasoning.output_tokens': 5,
    'durableflow.call': 1,
    'durableflow.cost.usd': 0.00029,
    'durableflow.context.rejected': 1,
  });
  expect(answered!.attributes).not.toHaveProperty('error.type');
});
