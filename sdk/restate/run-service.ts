import type { Context, RestatePromise, Serde, WorkflowContext, WorkflowSharedContext } from '@restatedev/restate-sdk';
import { DurableFlowError } from '../errors/index.js';
import { isEnded } from '../store/index.js';
import { effectKeyName, type EffectTry } from './effect-keys.js';
import type { RestateSdk } from './load-sdk.js';
import type { Ask, AskAnswer, Batch, Ended, EventAnswer, Origin, RunEvent, RunOrder, RunOutput, Send } from './log-entry.js';
import { LogRows, rowInterval } from './log-rows.js';
import { RunLog, type RunLogHost } from './run-log.js';
import { effectServiceOf, serviceNameOf } from './service-name.js';
import { jsonBytes } from './size-limits.js';

/** The runs that are in memory. */
export type ActiveRuns = Set<RunLog>;

type Won = { readonly batch: Batch } | { readonly event: RunEvent } | { readonly timer: true };

/** The handlers of one version of a workflow. */
export function runHandlers(sdk: RestateSdk, host: RunLogHost, service: string, active: ActiveRuns) {
  return {
    run: (ctx: WorkflowContext, order: RunOrder) => new RunLoop(sdk, host, service, ctx, order).run(active),
    deliver: sdk.handlers.workflow.shared((ctx: WorkflowSharedContext, event: RunEvent) => deliver(sdk, ctx, event)),
    origin: sdk.handlers.workflow.shared(origin),
  };
}

/** Puts an event into the first free place of the inbox, and waits for what comes of it. */
async function deliver(sdk: RestateSdk, ctx: WorkflowSharedContext, event: RunEvent): Promise<EventAnswer> {
  const ended = ctx.promise<Ended>('ended');
  if ((await ended.peek()) !== undefined) return endedAnswer(event);
  for (let place = (await ctx.get<number>('inbox')) ?? 0; ; place++) {
    const inbox = ctx.promise<RunEvent>(`inbox/${place}`);
    if ((await inbox.peek()) !== undefined) continue;
    try {
      await inbox.resolve(event);
    } catch {
      // Somebody else was faster.
      continue;
    }
    const answer = ctx.promise<EventAnswer>(`answer/${place}`).get();
    return sdk.RestatePromise.race([answer, ended.get().map(() => endedAnswer(event))]);
  }
}

function endedAnswer({ verb }: RunEvent): EventAnswer {
  return verb === 'decide' || verb === 'resolve' || verb === 'cancel' || verb === 'signal' ? 'ended' : false;
}

async function origin(ctx: WorkflowSharedContext): Promise<Origin> {
  const begun = await ctx.promise<Origin>('origin').get();
  const ended = await ctx.promise<Ended>('ended').peek();
  return { ...begun, ...(ended && { ended }) };
}

/** One attempt of one run's handler. All that it asks of Restate follows from the batches. */
class RunLoop {
  readonly #sdk: RestateSdk;
  readonly #service: string;
  readonly #ctx: WorkflowContext;
  readonly #order: RunOrder;
  readonly #host: RunLogHost;
  readonly #log: RunLog;
  readonly #rows: LogRows;
  #inbox: RestatePromise<RunEvent>;
  #taken = 0;
  #isOffered = false;

  constructor(sdk: RestateSdk, host: RunLogHost, service: string, ctx: WorkflowContext, order: RunOrder) {
    this.#sdk = sdk;
    this.#host = host;
    this.#service = service;
    this.#ctx = ctx;
    this.#order = order;
    this.#log = new RunLog(host, ctx.key, order);
    this.#rows = new LogRows((key, entries) => ctx.set(key, entries));
    this.#inbox = ctx.promise<RunEvent>('inbox/0').get();
  }

  async run(active: ActiveRuns): Promise<RunOutput> {
    const { attemptCompletedSignal } = this.#ctx.request();
    active.add(this.#log);
    attemptCompletedSignal.addEventListener('abort', () => {
      active.delete(this.#log);
      this.#log.abandon();
    });
    this.#resolve('origin', this.#origin());
    for (let n = 0; ; n++) {
      const commit = this.#ctx.run(`commit ${n}`, () => this.#log.commit(this.#rows.isBehind ? rowInterval : undefined));
      const batch = await this.#batchOf(commit);
      this.#carryOut(batch);
      this.#log.committed(batch);
      if (batch.ask) await this.#answer(batch.ask, batch);
      if (batch.park) await this.#park(batch.park.wakeAt);
      if (batch.end) return this.#end(batch.end);
    }
  }

  #origin(): Origin {
    const order = this.#order;
    return order.verb === 'start'
      ? { inputDigest: order.run.inputDigest, parent: order.run.parent?.runId }
      : { inputDigest: order.history.run.inputDigest, parent: undefined };
  }

  async #batchOf(commit: RestatePromise<Batch>): Promise<Batch> {
    for (;;) {
      const won = await this.#first([commit.map((batch): Won => ({ batch: batch! }))]);
      if (won && 'batch' in won) return won.batch;
    }
  }

  /** Waits for one of these, or for something from outside, which is offered to the run; undefined if that came first. */
  async #first(others: readonly RestatePromise<Won>[]): Promise<Won | undefined> {
    const inbox = this.#inbox.map((event): Won => ({ event: event! }));
    try {
      const won = await this.#sdk.RestatePromise.race(this.#isOffered ? others : [...others, inbox]);
      if (!('event' in won)) return won;
      this.#isOffered = true;
      this.#log.offer(won.event, this.#taken);
    } catch (error) {
      if (!(error instanceof this.#sdk.CancelledError)) throw error;
      this.#log.offerCancel('it was cancelled at the Restate server');
    }
    return undefined;
  }

  #carryOut(batch: Batch): void {
    this.#rows.add(batch);
    for (const { event, answer } of batch.answers) this.#resolve(`answer/${event}`, answer);
    for (const send of batch.sends) this.#send(send);
    if (batch.inbox === this.#taken) return;
    this.#taken = batch.inbox;
    this.#isOffered = false;
    this.#ctx.set('inbox', this.#taken);
    this.#inbox = this.#ctx.promise<RunEvent>(`inbox/${this.#taken}`).get();
  }

  #resolve(name: string, value: unknown): void {
    // Nobody else resolves it. The SDK bears one wait at a time, so this is none.
    void this.#ctx.promise(name).resolve(value);
  }

  #send({ service, key, handler, payload }: Send): void {
    const { serde } = this.#sdk;
    this.#ctx.genericSend({ service, key, method: handler, parameter: payload, inputSerde: serde.json as Serde<unknown> });
  }

  async #answer(ask: Ask, batch: Batch): Promise<void> {
    const answer = await this.#asked(ask);
    const entries = this.#log.answered(ask, answer);
    this.#rows.put(entries, jsonBytes(entries), batch.at);
  }

  async #asked(ask: Ask): Promise<AskAnswer> {
    const runId = this.#ctx.key;
    if (ask.kind === 'intend') {
      const { scope, key, call, digest, intendedAt } = ask.intent;
      const wanted: EffectTry = { runId, intent: { call, digest, intendedAt } };
      const service = effectServiceOf(workflowOf(this.#order));
      return { kind: 'intend', answer: await this.#call(service, effectKeyName(scope, key), 'intend', wanted) };
    }
    const { workflow, version, id } = ask.run;
    const service = serviceNameOf(workflow, version);
    const order: RunOrder = { verb: 'start', run: ask.run, parentService: this.#service };
    this.#send({ service, key: id, handler: 'run', payload: order });
    return { kind: 'child', origin: await this.#call(service, id, 'origin', {}) };
  }

  async #call<T>(service: string, key: string, method: string, parameter: unknown): Promise<T> {
    const { serde } = this.#sdk;
    const call = { service, key, method, parameter, inputSerde: serde.json, outputSerde: serde.json };
    const answer = (this.#ctx as Context).genericCall(call as Parameters<Context['genericCall']>[0]) as unknown as RestatePromise<T>;
    for (;;) {
      try {
        return await answer;
      } catch (error) {
        if (!(error instanceof this.#sdk.CancelledError)) throw error;
        this.#log.offerCancel('it was cancelled at the Restate server');
      }
    }
  }

  /** Until it is time, or something comes. Whether something has come already does not change what is asked of Restate. */
  async #park(wakeAt: number | undefined): Promise<void> {
    const left = wakeAt === undefined ? undefined : Math.max(0, wakeAt - this.#host.ports.clock.now());
    const timer = left === undefined ? [] : [this.#ctx.sleep(left).map((): Won => ({ timer: true }))];
    if (!this.#isOffered) await this.#first(timer);
  }

  #end(ended: Ended): RunOutput {
    this.#resolve('ended', ended);
    const log = this.#rows.whole;
    if (ended.status === 'completed' || !isEnded(ended.status)) return { ...ended, ...(log && { log }) };
    const error = this.#host.ports.errors.decode(ended.outcome);
    const code = error instanceof DurableFlowError ? error.code : ended.status;
    const message = error instanceof Error ? error.message : JSON.stringify(error);
    throw new this.#sdk.TerminalError(`${ended.status}: ${code}: ${message}`, { metadata: { code } });
  }
}

const workflowOf = (order: RunOrder) => (order.verb === 'start' ? order.run : order.history.run).workflow;
