import {
  ApprovalRejected,
  approval,
  attemptsOf,
  BudgetExceeded,
  DurableFlow,
  MemoryBudgetLedger,
  ModelError,
  routeModels,
  scriptedModel,
  step,
  workflow,
  type ModelClient,
  type ModelRequest,
  type ModelResponse,
  type TelemetryEvent,
} from 'durableflow';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure } from './fixtures/collect.js';

const ask = (content: string): ModelRequest => ({ messages: [{ role: 'user', content }], maxTokens: 100 });

@workflow({ name: 'answerer' })
class Answerer {
  constructor(private readonly models: ModelClient) {}

  async run(question: string): Promise<{ text: string; costUsd: number | undefined; sent: boolean }> {
    const { text, costUsd } = await this.draft(question);
    try {
      return { text, costUsd, sent: await this.send(text) };
    } catch (error) {
      if (error instanceof ApprovalRejected) return { text, costUsd, sent: false };
      throw error;
    }
  }

  @step({ retry: { maxAttempts: 2, initialDelay: 1 } })
  draft(question: string): Promise<ModelResponse> {
    return this.models.complete(ask(question));
  }

  @approval()
  @step()
  async send(_text: string): Promise<boolean> {
    return true;
  }
}

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'durableflow-models-'));
  file = join(folder, 'app.db');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function opened(models: ModelClient, events: TelemetryEvent[] = []): Promise<DurableFlow> {
  const flow = await DurableFlow.open(file, { durability: 'process-crash', telemetry: (event) => events.push(event) });
  return flow.register(Answerer, () => new Answerer(models));
}

describe('a model call in a step', () => {
  it('is journaled with its usage and cost, and is not paid again by a resumed run', async () => {
    const paid = scriptedModel([{ text: 'Tomorrow.', usage: { inputTokens: 100, outputTokens: 10 } }], { model: 'claude-haiku-4-5' });
    const events: TelemetryEvent[] = [];
    const flow = await opened(routeModels({ targets: [{ name: 'main', client: paid }], budget: { run: 1, countTokens: () => 5 } }), events);
    const run = await flow.start(Answerer, 'When?', { id: 'r-1' });
    await run.settled();
    const [record] = flow.show('r-1').steps;
    expect(record!.value).toMatchObject({
      text: 'Tomorrow.',
      usage: { inputTokens: 100, outputTokens: 10 },
      costUsd: 0.00015,
      attempts: [{ target: 'main' }],
    });
    expect(events.filter(({ event }) => event === 'model.attempt')).toMatchObject([
      {
        run: 'r-1', workflow: 'answerer', call: 0, method: 'draft', target: 'main', model: 'claude-haiku-4-5', attempt: 1, outcome: 'answered',
        inputTokens: 100, outputTokens: 10, costUsd: 0.00015, chargedUsd: 0.00015,
      },
    ]); // prettier-ignore
    await flow.close();

    const unpaid = scriptedModel([]);
    const later = await opened(unpaid);
    const [open] = later.approvals();
    await later.approve(open!.id, { by: 'test' });
    expect(await later.run('r-1').result()).toEqual({ text: 'Tomorrow.', costUsd: 0.00015, sent: true });
    await later.close();
    paid.assertUsedUp();
    expect(paid.requests).toHaveLength(1);
    expect(unpaid.requests).toHaveLength(0);
  });

  it('counts the budget of the step over its retries, and of the run over its steps', async () => {
    const ledger = new MemoryBudgetLedger();
    const cut = () => new ModelError('stream_broken', 'cut');
    const client = scriptedModel([cut(), cut()]);
    const models = routeModels({
      targets: [{ client, retry: { maxAttempts: 1 } }],
      prices: { scripted: { input: 0, output: 1 } },
      budget: { step: 0.00015, run: 1, workflow: 1, countTokens: () => 0, ledger },
    });
    const flow = await opened(models);
    const run = await flow.start(Answerer, 'When?', { id: 'r-1' });
    // The first attempt may have cost all of its worst case, so the engine's second one does not fit.
    const error = await failure<BudgetExceeded>(run.result());
    expect(error).toBeInstanceOf(BudgetExceeded);
    expect(error.refusal).toMatchObject({ kind: 'step', key: 'r-1/0', committedUsd: 0.0001, neededUsd: 0.0001 });
    expect(client.requests).toHaveLength(1);
    expect(await ledger.committed({ kind: 'run', key: 'r-1' })).toBe(100);
    expect(await ledger.committed({ kind: 'workflow', key: 'answerer' })).toBe(100);
    await flow.close();
  });

  it('fails with the same error, live and replayed, and is not retried where that cannot help', async () => {
    const client = scriptedModel([new ModelError('authentication', 'bad key', { status: 401 }), 'never asked']);
    const flow = await opened(routeModels({ targets: [{ client }] }));
    const run = await flow.start(Answerer, 'When?', { id: 'r-1' });
    const live = await failure<ModelError>(run.result());
    await flow.close();
    const later = await opened(client);
    const replayed = await failure<ModelError>(later.run('r-1').result());
    await later.close();
    for (const error of [live, replayed]) {
      expect(error).toBeInstanceOf(ModelError);
      expect(error).toMatchObject({ kind: 'authentication', code: 'DF_MODEL_AUTHENTICATION', status: 401, verifiable: false });
      expect(attemptsOf(error)).toMatchObject([{ outcome: 'authentication', costUsd: 0 }]);
    }
    expect(client.requests).toHaveLength(1);
  });

  it('is retried by its step when the provider says that it may be', async () => {
    const client = scriptedModel([new ModelError('rate_limited', 'slow down', { retryAfterMs: 37 }), 'Tomorrow.']);
    const events: TelemetryEvent[] = [];
    const flow = await opened(client, events);
    await (await flow.start(Answerer, 'When?', { id: 'r-1' })).settled();
    expect(events.find(({ event }) => event === 'attempt.failed')).toMatchObject({ retryInMs: 37 });
    expect(flow.show('r-1').steps[0]!.value).toMatchObject({ text: 'Tomorrow.' });
    await flow.close();
  });

  it('is given up with its step', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const client = scriptedModel([{ text: 'late', delay: '1h' }]);
    const listening: ModelClient = {
      ...client,
      complete: (request, options) => {
        signals.push(options?.signal);
        return client.complete(request, options);
      },
    };
    const flow = await opened(routeModels({ targets: [{ client: listening }] }));
    const run = await flow.start(Answerer, 'When?', { id: 'r-1' });
    while (signals.length === 0) await new Promise(setImmediate);
    await run.cancel('enough');
    expect(signals[0]?.aborted).toBe(true);
    await flow.close();
  });
});
