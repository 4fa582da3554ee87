import { DurableFlowError, RunCancelled, abortSignal, approval, sideEffect, step, workflow, type Store } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { deferred, type Deferred } from '../fixtures/deferred.js';
import { eventually, turns } from '../fixtures/eventually.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { errorCode, rejection } from '../fixtures/rejection.js';
import { keptOpen, wrappedStore } from '../fixtures/wrapped-store.js';

const seen: string[] = [];
let work: Deferred<string>;
let began: Deferred<void>;

type What = 'step' | 'effect' | 'gate' | 'retry' | 'sequence';

@workflow({ name: 'cancel' })
class Cancellable {
  async run(what: What): Promise<unknown> {
    if (what === 'step') return this.work();
    if (what === 'effect') return this.send();
    if (what === 'gate') return this.gated();
    if (what === 'retry') return this.failing();
    await this.quick();
    return this.send();
  }

  @step()
  async work() {
    began.resolve();
    const signal = abortSignal();
    signal.addEventListener('abort', () => seen.push(`aborted: ${(signal.reason as Error).name}`));
    return work.promise;
  }

  @sideEffect({ idempotencyKey: () => 'send' })
  async send() {
    seen.push('send');
    began.resolve();
    abortSignal().addEventListener('abort', () => seen.push('send aborted'));
    return work.promise;
  }

  @approval()
  @step()
  async gated() {
    seen.push('gated');
  }

  @step({ retry: { maxAttempts: 100, initialDelay: '1h', maxDelay: '1h' } })
  async failing() {
    seen.push('attempt');
    began.resolve();
    throw new Error('again');
  }

  @step()
  async quick() {}
}

beforeEach(() => {
  seen.length = 0;
  work = deferred();
  began = deferred();
});

async function running(what: What, store: Store = memoryStore(), options: Parameters<typeof openFlow>[1] = {}) {
  const flow = await openFlow(keptOpen(store), options);
  flow.register(Cancellable, () => new Cancellable());
  const run = await flow.start(Cancellable, what, { id: 'r' });
  return { flow, run };
}

describe('cancel', () => {
  it('ends a pending run that nobody executes', async () => {
    const store = memoryStore();
    await store.start({ id: 'r', workflow: 'cancel', version: '1', input: '["step"]', inputDigest: '', at: 1, owner: undefined });
    const flow = await openFlow(keptOpen(store));
    await flow.cancel('r', 'not needed');
    expect(flow.run('r').view().status).toBe('cancelled');
    flow.register(Cancellable, () => new Cancellable());
    await turns();
    expect(flow.run('r').view()).toMatchObject({ status: 'cancelled', error: { code: 'DF_CANCELLED' } });
  });

  it('ends a waiting run at once', async () => {
    const { flow, run } = await running('gate');
    await run.settled();
    const result = rejection(run.result());
    await run.cancel('changed my mind');
    expect(await result).toBeInstanceOf(RunCancelled);
    expect(String(await result)).toContain('changed my mind');
    expect(flow.approvals()).toEqual([]);
    expect(seen).toEqual([]);
  });

  it('tells a running body by its signal, and ends the run without waiting for it', async () => {
    const { run } = await running('step');
    await began.promise;
    await run.cancel();
    expect(await rejection(run.result())).toBeInstanceOf(RunCancelled);
    expect(seen).toEqual(['aborted: RunCancelled']);
    work.resolve('too late');
    await turns();
    expect(run.view().status).toBe('cancelled');
  });

  it('in the middle of an effect waits for its receipt, which is recorded', async () => {
    const { flow, run } = await running('effect');
    await began.promise;
    await run.cancel();
    await turns();
    expect(run.view().status).toBe('running');
    expect(seen).toEqual(['send', 'send aborted']);
    work.resolve('sent');
    expect(await rejection(run.result())).toBeInstanceOf(RunCancelled);
    const { steps, effects } = flow.show('r');
    expect(steps).toEqual([expect.objectContaining({ method: 'send', value: 'sent' })]);
    expect(effects[0]!.state).toBe('done');
  });

  it('while the intent is being written begins no effect', async () => {
    let cancelling: Promise<void> | undefined;
    let cancel!: () => Promise<void>;
    const store = wrappedStore(memoryStore(), {
      intend: (next, ...args) => {
        // Written in the same commit, just before.
        cancelling = cancel();
        return next(...args);
      },
    });
    const { flow, run } = await running('sequence', store);
    cancel = () => run.cancel();
    expect(await rejection(run.result())).toBeInstanceOf(RunCancelled);
    await cancelling;
    expect(seen).toEqual([]);
    expect(flow.show('r').effects.map(({ state }) => state)).not.toContain('intended');
  });

  it('does not wait for the next attempt', async () => {
    const { run } = await running('retry');
    await began.promise;
    await turns();
    await run.cancel();
    expect(await rejection(run.result())).toBeInstanceOf(RunCancelled);
    expect(seen).toEqual(['attempt']);
  });

  it('reaches a run that another flow executes', async () => {
    const store = memoryStore();
    const { run } = await running('step', store);
    await began.promise;
    // The other process's connection would tell by `changed()`; this one shares the connection, so it is told by hand.
    const executing = run;
    const other = await openFlow(keptOpen(store));
    await other.cancel('r', 'from elsewhere');
    expect(store.cancelRequests(store.run('r')!.owner!)).toEqual([{ runId: 'r', reason: 'from elsewhere' }]);
    await executing.cancel();
    expect(String(await rejection(run.result()))).toContain('cancelled');
  });

  it('of an ended or unknown run is an error', async () => {
    const { flow, run } = await running('gate');
    await run.settled();
    await run.cancel();
    expect(await errorCode(run.cancel())).toBe('DF_RUN_ENDED');
    expect(await errorCode(flow.cancel('nobody'))).toBe('DF_UNKNOWN_RUN');
  });

  it('is kept when the process goes before it could act: the next one does not execute the run', async () => {
    const store = memoryStore();
    const { run } = await running('step', wrappedStore(store, { finish: () => Promise.reject(new DurableFlowError('DF_FENCED', 'gone')) }));
    await began.promise;
    await run.cancel('stop it');
    expect(store.run('r')).toMatchObject({ status: 'running', cancelReason: 'stop it' });
    await store.leave(store.run('r')!.owner!);
    seen.length = 0;
    const next = await openFlow(keptOpen(store));
    next.register(Cancellable, () => new Cancellable());
    expect(await rejection(next.run('r').result())).toBeInstanceOf(RunCancelled);
    expect(seen).toEqual([]);
  });

  it('that comes while the factory is still at work is not lost', async () => {
    const instance = deferred<Cancellable>();
    const flow = await openFlow();
    flow.register(Cancellable, () => instance.promise);
    const run = await flow.start(Cancellable, 'effect', { id: 'r' });
    await run.cancel('never mind');
    instance.resolve(new Cancellable());
    expect(await rejection(run.result())).toBeInstanceOf(RunCancelled);
    expect(seen).toEqual([]);
  });

  it('waits for the receipt of an effect that is being reconciled', async () => {
    const found = deferred<string>();
    let died = false;
    const asked = deferred();
    @workflow({ name: 'cancel/reconciling' })
    class Reconciling {
      run() {
        return this.send();
      }

      @sideEffect({ idempotencyKey: () => 'k', reconcile: 'find' })
      async send() {
        died = true;
        return new Promise<string>(() => {});
      }

      async find() {
        asked.resolve();
        return found.promise;
      }
    }
    const store = memoryStore();
    const first = await openFlow(keptOpen(store));
    first.register(Reconciling, () => new Reconciling());
    await first.start(Reconciling, undefined, { id: 'r' });
    await eventually(() => died);
    await first.close({ grace: 0 });
    const second = await openFlow(keptOpen(store));
    second.register(Reconciling, () => new Reconciling());
    await asked.promise;
    await second.cancel('r');
    await turns();
    found.resolve('found');
    await rejection(second.run('r').result());
    expect(second.show('r').effects[0]!.state).toBe('done');
  });
});
