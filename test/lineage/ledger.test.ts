import {
  BudgetExceeded,
  candidates,
  contextBudget,
  credit,
  DurableFlow,
  DurableFlowError,
  ModelError,
  observe,
  routeModels,
  scriptedModel,
  step,
  type SqliteStore,
  transaction,
  workflow,
  type Audit,
  type FlowOptions,
  type ModelClient,
  type ModelRequest,
  type Selection,
} from 'durableflow';
import { describe, expect, it } from 'vitest';
import { digest, encode } from '../../sdk/journal/index.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { rejection } from '../fixtures/rejection.js';
import { keptOpen } from '../fixtures/wrapped-store.js';

const ask = (content: string): ModelRequest => ({ messages: [{ role: 'user', content }], maxTokens: 20 });
const priced = { prices: { scripted: { input: 1, output: 1 } } };

/** Thirty characters, with the break after them, are eleven tokens. */
const facts = [
  { id: 'house-rules', text: 'Never promise a refund by mail', pinned: true },
  { id: 'hours', text: 'The shop opens at nine on day ' },
  { id: 'tea', text: 'Tea is sold by weight in bags.' },
  { id: 'parking', text: 'Cars are parked in the street.' },
];

type Body = (question: string, context: Selection) => Promise<string> | string;

@workflow({ name: 'desk' })
class Desk {
  constructor(private readonly body: Body) {}

  async run(question: string): Promise<string> {
    const found = await this.look(question);
    return this.answer(found, question, candidates(facts));
  }

  @step()
  async look(question: string): Promise<{ about: string }> {
    observe([{ id: 'page', text: 'a page of the handbook' }]);
    return { about: question };
  }

  @step({ retry: { maxAttempts: 3, initialDelay: 1 }, timeout: '5s' })
  @contextBudget({
    maxTokens: 200,
    reserve: 170,
    itemShare: 1,
    query: (_found, question) => question,
    countTokens: (text) => Math.ceil(text.length / 3),
    ranker: byWord,
  })
  async answer(_found: { about: string }, question: string, context: Selection): Promise<string> {
    return this.body(question, context);
  }
}

/** The items whose text has the first word of the query come first. */
function byWord(query: string, items: readonly { text: string }[]): number[] {
  return items.map(({ text }) => (text.includes(query.split(' ')[0]!) ? 1 : 0));
}

async function audited(body: Body, options: FlowOptions = {}): Promise<{ audit: Audit; error: unknown; flow: DurableFlow }> {
  const flow = await openFlow(':memory:', options);
  flow.register(Desk, () => new Desk(body));
  const run = await flow.start(Desk, 'opens when?', { id: 'r-1' });
  const error = await run.result().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { audit: flow.audit('r-1'), error, flow };
}

const decisionOf = (audit: Audit) => audit.decisions.find(({ method }) => method === 'answer')!;
const statesOf = (audit: Audit) => Object.fromEntries(decisionOf(audit).material.map(({ reference, state }) => [reference, state]));

describe('the ledger', () => {
  it('tells what was retrieved, selected, rejected and why, consumed and credited, and where arguments came from', async () => {
    const model = scriptedModel([{ text: 'At nine.', usage: { inputTokens: 50, outputTokens: 5 } }], priced);
    const { audit } = await audited(async (question, context) => {
      const { text } = await model.complete(ask(question + context.selected.map((it) => it.text).join()));
      credit('hours');
      return text;
    });
    const decision = decisionOf(audit);
    expect(decision).toMatchObject({
      call: 1,
      outcome: 'returned',
      budget: { maxTokens: 200, reserve: 170, tokens: 22, queryDigest: digest('opens when?') },
    });
    expect(decision.arguments).toEqual([
      { index: 0, digest: digest(encode({ about: 'opens when?' }, '')), from: { kind: 'call', call: 0, method: 'look' } },
      { index: 1, digest: digest(encode('opens when?', '')), from: { kind: 'input' } },
    ]);
    expect(decision.material).toMatchObject([
      { reference: 'house-rules', state: 'consumed', pinned: true, digest: digest(facts[0]!.text) },
      { reference: 'hours', state: 'influential', tokens: 11, score: 1, rank: 1 },
      { reference: 'tea', state: 'rejected', reason: 'over_budget', tokens: 11, score: 0, rank: 3 },
      { reference: 'parking', state: 'rejected', reason: 'over_budget' },
    ]);
    expect(decision.modelCalls).toMatchObject([
      { attempt: 1, provider: 'scripted', model: 'scripted', outcome: 'answered', costUsd: 0.000055, maxTokens: 20, stopReason: 'end' },
    ]);
    expect(audit.decisions[0]).toMatchObject({ method: 'look', material: [{ reference: 'page', state: 'observed' }], modelCalls: [] });
    expect(audit.totals).toMatchObject({ decisions: 2, modelCalls: 1, answered: 1, inputTokens: 50, outputTokens: 5, costUsd: 0.000055 });
    expect(audit.totals.material).toEqual({ observed: 1, retrieved: 0, rejected: 2, selected: 0, consumed: 1, influential: 1 });
  });

  it('calls material consumed only if a model was asked', async () => {
    const { audit } = await audited(() => 'by heart');
    expect(statesOf(audit)).toMatchObject({ 'house-rules': 'selected', hours: 'selected', tea: 'rejected' });
    const refused = scriptedModel(() => new ModelError('authentication', 'bad key'));
    const { audit: unsent } = await audited(async () => (await refused.complete(ask('?'))).text);
    expect(statesOf(unsent)).toMatchObject({ hours: 'selected' });
    expect(decisionOf(unsent)).toMatchObject({ outcome: 'threw', modelCalls: [{ outcome: 'authentication', costUsd: 0 }] });
  });

  it('has the calls of every attempt, but only the credits of the last', async () => {
    const model = scriptedModel(['first', 'second'], priced);
    let attempts = 0;
    const { audit } = await audited(async () => {
      const { text } = await model.complete(ask('?'));
      credit(++attempts === 1 ? 'house-rules' : 'hours');
      if (attempts === 1) throw new Error('not good enough');
      return text;
    });
    expect(decisionOf(audit).modelCalls.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(statesOf(audit)).toMatchObject({ 'house-rules': 'consumed', hours: 'influential' });
  });

  it('has the attempts of a router once, with what they were charged', async () => {
    const models = routeModels({
      targets: [
        { name: 'first', client: scriptedModel([new ModelError('stream_broken', 'cut')]), retry: { maxAttempts: 1 } },
        { name: 'second', client: scriptedModel([{ text: 'Yes.', usage: { inputTokens: 10, outputTokens: 2 } }]) },
      ],
      ...priced,
      budget: { run: 1, countTokens: () => 10 },
    });
    const { audit } = await audited(async () => (await models.complete(ask('?'))).text);
    expect(decisionOf(audit).modelCalls).toMatchObject([
      { target: 'first', outcome: 'stream_broken', costUsd: undefined, chargedUsd: 0.000048 },
      { target: 'second', outcome: 'answered', costUsd: 0.000012, chargedUsd: 0.000012, answeredBy: 'scripted' },
    ]);
    expect(audit.totals).toMatchObject({ modelCalls: 2, unknownCosts: 1 });
  });

  it('has streamed calls: those that were read to their end, broke off, and were left', async () => {
    const model = scriptedModel(['a b', { text: 'c d', error: new ModelError('stream_broken', 'cut') }, 'e f']);
    const { audit } = await audited(async () => {
      for await (const _ of model.stream(ask('1')));
      const broken = async () => {
        for await (const _ of model.stream(ask('2')));
      };
      await rejection(broken());
      for await (const _ of model.stream(ask('3'))) break;
      return 'done';
    });
    expect(decisionOf(audit).modelCalls.map(({ outcome }) => outcome)).toEqual(['answered', 'stream_broken', 'aborted']);
  });

  it('tells nothing of requests that were refused before they were sent', async () => {
    const models = routeModels({ targets: [{ client: scriptedModel(['never']) }], ...priced, budget: { run: 0, countTokens: () => 10 } });
    const { audit, error } = await audited(async () => (await models.complete(ask('?'))).text);
    expect(error).toBeInstanceOf(BudgetExceeded);
    expect(decisionOf(audit).modelCalls).toEqual([]);
    const { audit: wrong } = await audited(async () => (await scriptedModel([]).complete(ask('?'))).text);
    expect(decisionOf(wrong).modelCalls).toEqual([]);
  });

  it('refuses credit for what was not selected, and outside of a body', async () => {
    const { error } = await audited((_question, context) => {
      credit(context.selected.map(({ id }) => id));
      credit('tea');
      return 'never';
    });
    expect(error).toMatchObject({ code: 'DF_CREDIT_UNKNOWN', details: { id: 'tea' } });
    expect(() => credit('anything')).not.toThrow();

    @workflow({ name: 'wrong' })
    class Wrong {
      async run() {
        credit('anything');
      }
    }
    const flow = await openFlow();
    flow.register(Wrong, () => new Wrong());
    await expect((await flow.start(Wrong)).result()).rejects.toMatchObject({ code: 'DF_OUTSIDE_RUN' });
  });

  it('keeps no text unless it is asked to, and then only what the redaction leaves', async () => {
    const secret = 'The shop opens at nine on day ';
    const body: Body = async (_question, context) =>
      (await scriptedModel([`I know: ${secret}`]).complete(ask(context.selected.map(({ text }) => text).join()))).text.slice(0, 3);
    const store = memoryStore();
    const plain = await audited(body, {});
    expect(JSON.stringify(plain.audit)).not.toContain('opens at nine');
    const kept = await audited(body, { ledger: { content: true } });
    expect(decisionOf(kept.audit).material[1]).toMatchObject({ content: secret });
    expect(decisionOf(kept.audit).modelCalls[0]!.prompt).toContain(secret);
    expect(decisionOf(kept.audit).modelCalls[0]!.answer).toContain(secret);
    const redacted = await audited(body, {
      ledger: {
        content: true,
        redact: (text, { kind }) => (kind === 'answer' ? undefined : text.replaceAll('nine', '***').replace('hours', 'h')),
      },
    });
    expect(JSON.stringify(redacted.audit)).not.toContain('at nine');
    expect(decisionOf(redacted.audit).material[1]).toMatchObject({
      reference: 'h',
      content: secret.replace('nine', '***'),
      digest: digest(secret),
    });
    expect(decisionOf(redacted.audit).modelCalls[0]!.answer).toBeUndefined();
    const failing = await audited(body, {
      ledger: {
        content: true,
        redact: () => {
          throw new Error('broken');
        },
      },
    });
    expect(failing.error).toBeUndefined();
    expect(JSON.stringify(failing.audit)).not.toContain('opens at');
    await store.close();
  });

  it('is written in the commit of the step, and in that of its transaction', async () => {
    const store = memoryStore();
    const seen: unknown[] = [];
    const watched = new Proxy(keptOpen(store), {
      get(target, name: keyof SqliteStore) {
        const own = target[name as 'append'] as (...args: unknown[]) => unknown;
        if (name !== 'append' && name !== 'transact' && name !== 'noteDecision') return own;
        return async (...args: unknown[]) => {
          const before = store.decisions('r-1').length;
          const answer = await own(...args);
          seen.push([name, before, store.decisions('r-1').length, store.journal('r-1').length]);
          return answer;
        };
      },
    });

    @workflow({ name: 'writer' })
    class Writer {
      async run() {
        await this.think();
        await this.write();
        await this.plain();
      }

      @step()
      async think() {
        return (await scriptedModel(['yes']).complete(ask('?'))).text;
      }

      @step()
      async write() {
        await scriptedModel(['yes']).complete(ask('?'));
        return transaction(() => 'written');
      }

      @step()
      async plain() {
        return 1;
      }
    }

    const flow = await openFlow(watched);
    flow.register(Writer, () => new Writer());
    await (await flow.start(Writer, undefined, { id: 'r-1' })).result();
    expect(seen).toEqual([
      ['append', 0, 1, 1],
      ['transact', 1, 2, 2],
      ['append', 2, 2, 3],
    ]);
  });
});

describe('what was spent is not lost', () => {
  /** Opens a flow on a kept store whose body asks a model and then does as it is told. */
  async function spending(store: SqliteStore, models: ModelClient, then: (text: string) => Promise<string>) {
    const flow = await DurableFlow.open(keptOpen(store), { pollInterval: 10 });
    flow.register(Desk, () => new Desk(async () => then((await models.complete(ask('?'))).text)));
    return flow;
  }

  it('with an attempt that has failed, while the step waits for the next one', async () => {
    const store = memoryStore();
    const model = scriptedModel(['one', 'two'], priced);
    const noted: number[] = [];
    const flow = await spending(store, model, async (text) => {
      noted.push(store.decisions('r-1').find(({ call }) => call === 1)?.modelCalls.length ?? 0);
      if (text === 'one') throw new Error('again');
      return text;
    });
    expect(await (await flow.start(Desk, 'opens', { id: 'r-1' })).result()).toBe('two');
    expect(noted).toEqual([0, 1]);
    expect(decisionOf(flow.audit('r-1')).modelCalls).toHaveLength(2);
    await flow.close();
  });

  it('with a run that is cancelled: finished calls, and the one under way, which may have cost', async () => {
    const store = memoryStore();
    let asked!: () => void;
    const reached = new Promise<void>((resolve) => (asked = resolve));
    const model = scriptedModel(['one', () => new Promise<never>(() => {})], priced);
    const flow = await spending(store, model, async () => {
      const second = model.complete(ask('more'));
      asked();
      return (await second).text;
    });
    const run = await flow.start(Desk, 'opens', { id: 'r-1' });
    await reached;
    await run.cancel('enough');
    await rejection(run.result());
    const decision = decisionOf(flow.audit('r-1'));
    expect(decision).toMatchObject({
      outcome: 'open',
      modelCalls: [{ outcome: 'answered' }, { outcome: 'unfinished', costUsd: undefined }],
    });
    await flow.close();
  });

  it('with a process that shuts down; the next one pays again, and both are on record', async () => {
    const store = memoryStore();
    let asked!: () => void;
    const reached = new Promise<void>((resolve) => (asked = resolve));
    const first = await spending(store, scriptedModel(['one'], priced), async () => {
      asked();
      return new Promise<string>(() => {});
    });
    await first.start(Desk, 'opens', { id: 'r-1' });
    await reached;
    await first.close({ grace: 0 });
    const second = await spending(store, scriptedModel(['two'], priced), async (text) => text);
    expect(await second.run('r-1').result()).toBe('two');
    const audit = second.audit('r-1');
    expect(decisionOf(audit).modelCalls).toHaveLength(2);
    expect(audit.run.claims).toBe(2);
    await second.close();
  });
});

describe('lineage across runs', () => {
  it('finds which runs knew something, by reference and by digest, and refuses to look for nothing', async () => {
    const { flow } = await audited(() => 'done');
    await (await flow.start(Desk, 'Tea is?', { id: 'r-2' })).result();
    const found = flow.lineage({ reference: 'tea' });
    expect(found.map(({ runId, state }) => [runId, state])).toEqual([
      ['r-2', 'selected'],
      ['r-1', 'rejected'],
    ]);
    expect(flow.lineage({ digest: digest(facts[2]!.text) })).toEqual(found);
    expect(flow.lineage({ reference: 'tea', digest: 'another' })).toEqual([]);
    expect(flow.lineage({ reference: 'tea', limit: 1 })).toHaveLength(1);
    expect(() => flow.lineage({})).toThrow(DurableFlowError);
  });

  it('goes with a fork, which does not count what the first run has paid', async () => {
    const model = scriptedModel(['one', 'two'], priced);
    const { flow, audit } = await audited(async () => (await model.complete(ask('?'))).text);
    const late = await flow.fork('r-1', { fromCall: 1, id: 'r-2' });
    expect(await late.result()).toBe('two');
    const forked = flow.audit('r-2');
    expect(forked.decisions.map(({ method, inherited }) => [method, inherited])).toEqual([
      ['look', true],
      ['answer', false],
    ]);
    expect(forked.totals.modelCalls).toBe(1);
    expect(audit.totals.modelCalls).toBe(1);
  });

  it('goes through export and import, and is deleted with its run', async () => {
    const { flow, audit } = await audited(async () => (await scriptedModel(['yes']).complete(ask('?'))).text);
    const history = JSON.parse(JSON.stringify(flow.exportHistory('r-1'))) as ReturnType<DurableFlow['exportHistory']>;
    const other = await openFlow();
    await other.importHistory(history);
    expect(JSON.parse(JSON.stringify(other.audit('r-1').decisions))).toEqual(JSON.parse(JSON.stringify(audit.decisions)));
    const { decisions: _none, ...old } = history;
    await other.importHistory(old, { id: 'old' });
    expect(other.audit('old').decisions).toEqual([]);
    const broken = { ...history, decisions: [{ ...history.decisions![0]!, artifacts: [{ reference: 1 }] }] };
    await expect(other.importHistory(broken as unknown as typeof history, { id: 'x' })).rejects.toMatchObject({
      code: 'DF_HISTORY_INVALID',
    });
    await other.importHistory(history, { id: 'copy' });
    await other.prune({ olderThan: 0, status: 'completed' });
    expect(other.lineage({ reference: 'hours' })).toEqual([]);
  });
});
