import { join } from 'node:path';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { approval, child, compensate, DurableFlow, FatalError, scriptedModel, sideEffect, signal, step, workflow } from 'durableflow';
import { traceIdOf } from 'durableflow/otel';
import { afterEach, describe, expect, it } from 'vitest';
import { deferred } from '../fixtures/deferred.js';
import { eventually } from '../fixtures/eventually.js';
import { ManualClock } from '../fixtures/manual-clock.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { stoppedAfter } from '../fixtures/stopped-after.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { lasted, linksOf, recordedSpans } from './recorded-spans.js';

@workflow({ name: 'order' })
class Order {
  static failures = 0;

  async run(what: 'fails' | 'retries' | 'asks' | 'pays' | 'waits' | 'works') {
    if (what === 'fails' || what === 'retries') return this.work(what);
    if (what === 'asks') return this.ask();
    if (what === 'waits') return signal(anything, 'paid-by-customer-4711');
    if (what === 'pays') return this.pay(4711);
    return this.work(what);
  }

  @step({ retry: { maxAttempts: 3, initialDelay: 5 } })
  async work(what: string) {
    if (what === 'fails') throw new FatalError('no, said sk-live-0123456789abcdef0123');
    if (what === 'retries' && Order.failures++ < 1) throw new TypeError('not yet');
    return 1;
  }

  @step()
  async ask() {
    const { text } = await scriptedModel(['the secret answer']).complete({ messages: [{ role: 'user', content: 'q' }], maxTokens: 7 });
    return text;
  }

  @approval()
  @sideEffect({ idempotencyKey: (customer: number) => `customer-${customer}` })
  async pay(customer: number) {
    return customer;
  }
}

const anything = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const;

async function story(telemetry: ReturnType<typeof recordedSpans>['telemetry'], what: Parameters<Order['run']>[0], id = 'o-1') {
  const flow = await openFlow(':memory:', { telemetry });
  flow.register(Order, () => new Order());
  const view = await (await flow.start(Order, what, { id })).settled();
  await flow.close();
  return view;
}

describe('a run as spans', () => {
  it('is a tree: the run, its life, its calls', async () => {
    const { telemetry, span, names, spans } = recordedSpans();
    await story(telemetry, 'works');
    expect(names()).toEqual(['step work', 'life order', 'run order']);
    expect(span('run order').parentSpanContext).toBeUndefined();
    expect(span('life order').parentSpanContext?.spanId).toBe(span('run order').spanContext().spanId);
    expect(span('step work').parentSpanContext?.spanId).toBe(span('life order').spanContext().spanId);
    expect(spans().every((it) => it.spanContext().traceId === traceIdOf('o-1'))).toBe(true);
    expect(span('run order').attributes).toMatchObject({
      'durableflow.run': 'o-1',
      'durableflow.workflow': 'order',
      'durableflow.outcome': 'completed',
    });
  });

  it('is one trace without our ids as well, below a span that nobody has', async () => {
    const { telemetry, spans, span } = recordedSpans({ derivedIds: false });
    await story(telemetry, 'works');
    expect(spans().every((it) => it.spanContext().traceId === traceIdOf('o-1'))).toBe(true);
    expect(span('life order').parentSpanContext?.spanId).toBe(span('run order').parentSpanContext?.spanId);
    expect(span('step work').parentSpanContext?.spanId).toBe(span('life order').spanContext().spanId);
  });

  it('has another trace in another namespace', async () => {
    const { telemetry, spans } = recordedSpans({ namespace: 'staging' });
    await story(telemetry, 'works');
    expect(traceIdOf('o-1', 'staging')).not.toBe(traceIdOf('o-1'));
    expect(spans()[0]!.spanContext().traceId).toBe(traceIdOf('o-1', 'staging'));
  });

  it('is traced, or not, as the ratio has it, by all alike', async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `o-${i}`);
    const traced = async () => {
      const { telemetry, spans } = recordedSpans({ sampleRatio: 0.5 });
      const flow = await openFlow(':memory:', { telemetry });
      flow.register(Order, () => new Order());
      for (const id of ids) await (await flow.start(Order, 'asks', { id })).result();
      await flow.close();
      return [...new Set(spans().map((it) => String(it.attributes['durableflow.run'])))];
    };
    const first = await traced();
    expect(first.length).toBeGreaterThan(8);
    expect(first.length).toBeLessThan(32);
    expect(await traced()).toEqual(first);
    expect(() => recordedSpans({ sampleRatio: 2 })).toThrow(/sampleRatio must be from 0 to 1, not 2/);
  });

  it('has failures with their class, redacted', async () => {
    const { telemetry, span } = recordedSpans();
    await story(telemetry, 'fails');
    for (const name of ['step work', 'life order', 'run order']) {
      expect(span(name).status).toEqual({ code: SpanStatusCode.ERROR, message: 'FatalError: no, said [redacted]' });
      expect(span(name).attributes['error.type']).toBe('FatalError');
    }
    expect(span('step work').events).toMatchObject([
      { name: 'exception', attributes: { 'exception.type': 'FatalError', 'durableflow.attempt': 1 } },
    ]);
  });

  it('has attempts that failed as events of the call that did not', async () => {
    Order.failures = 0;
    const { telemetry, span } = recordedSpans();
    await story(telemetry, 'retries');
    expect(span('step work').status.code).toBe(SpanStatusCode.UNSET);
    expect(span('step work').attributes['durableflow.attempts']).toBe(2);
    expect(span('step work').events).toMatchObject([
      { attributes: { 'exception.type': 'TypeError', 'durableflow.retry_in_ms': expect.any(Number) } },
    ]);
  });

  it('has questions to models below the call that asks, without a word of them', async () => {
    const { telemetry, span, spans } = recordedSpans();
    await story(telemetry, 'asks');
    const chat = span('chat scripted');
    expect(chat.parentSpanContext?.spanId).toBe(span('step ask').spanContext().spanId);
    expect(chat.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'scripted',
      'gen_ai.request.max_tokens': 7,
      'gen_ai.response.finish_reasons': ['end'],
      'gen_ai.usage.output_tokens': expect.any(Number),
      'gen_ai.conversation.id': 'o-1',
    });
    expect(JSON.stringify(spans().map(({ attributes, events }) => ({ attributes, events })))).not.toContain('secret answer');
  });

  it('has what it waited for, from when it began to wait, whoever had it then', async () => {
    const clock = new ManualClock();
    const file = join(tempFolder(), 'flow.db');
    const before = recordedSpans();
    const first = await DurableFlow.open(file, { telemetry: before.telemetry, clock });
    first.register(Order, () => new Order());
    await first.start(Order, 'pays', { id: 'o-1' });
    await eventually(() => before.names().includes('life order'));
    await first.close({ grace: 0 });
    expect(before.span('life order').attributes['durableflow.outcome']).toBe('waiting');

    const week = 7 * 24 * 3600 * 1000;
    clock.advance(week);
    const after = recordedSpans({ details: true });
    const second = await openFlow(file, { telemetry: after.telemetry, clock });
    const [gate] = second.approvals();
    await second.approve(gate!.id, { by: 'Ada' });
    second.register(Order, () => new Order());
    await second.run('o-1').result();
    expect(after.names()).toEqual(['wait approval pay', 'effect pay', 'life order', 'run order']);
    const wait = after.span('wait approval pay');
    expect(lasted(wait)).toBe(week);
    expect(wait.attributes).toMatchObject({ 'durableflow.approval.verdict': 'approved', 'durableflow.approval.by': 'Ada' });
    expect(wait.parentSpanContext?.spanId).toBe(after.span('run order').spanContext().spanId);
    expect(after.span('effect pay').attributes['durableflow.effect.key']).toBe('customer-4711');
    expect(linksOf(after.span('life order'))).toEqual([
      { link: 'previous life', spanId: before.span('life order').spanContext().spanId, traceId: traceIdOf('o-1') },
    ]);
    expect(lasted(after.span('run order'))).toBe(week);
  });

  it('keeps data out of names, and keys and people out of attributes, if it is not told otherwise', async () => {
    const { telemetry, spans, span } = recordedSpans();
    const flow = await openFlow(':memory:', { telemetry });
    flow.register(Order, () => new Order());
    const waits = await flow.start(Order, 'waits', { id: 'o-1' });
    await flow.signal('o-1', 'paid-by-customer-4711', 1);
    await waits.result();
    const pays = await flow.start(Order, 'pays', { id: 'o-2' });
    await eventually(() => flow.approvals().length === 1);
    await flow.approve(flow.approvals()[0]!.id, { by: 'Ada' });
    await pays.result();
    await flow.close();
    expect(span('wait signal').attributes['durableflow.method']).toBe('signal:paid-by-customer-4711');
    expect(JSON.stringify(spans().map(({ attributes }) => attributes))).not.toMatch(/Ada|customer-4711"?,"durableflow.effect.key/);
    expect(span('effect pay').attributes).not.toHaveProperty('durableflow.effect.key');
  });

  it('leaves a call to whoever records it: of one that was cut off nothing is told but that it was', async () => {
    const store = memoryStore();
    const cut = recordedSpans();
    const { store: stopped, happened } = stoppedAfter(store, 1);
    const first = await openFlow(stopped, { telemetry: cut.telemetry });
    first.register(Two, () => new Two());
    await first.start(Two, undefined, { id: 't-1' });
    await happened;
    await eventually(() => first.run('t-1').view().status !== 'pending');
    // `a` was recorded and on disk when `b` began; `b` was executed, but is on no record.
    await eventually(() => cut.names().length > 0);
    expect(cut.names()).toEqual(['step a']);
  });

  it('has an effect that nobody knew of until an operator did', async () => {
    const { telemetry, span, spans, names } = recordedSpans();
    const flow = await openFlow(':memory:', { telemetry });
    flow.register(Doubtful, () => new Doubtful());
    const run = await flow.start(Doubtful, undefined, { id: 'd-1' });
    await eventually(() => names().includes('life doubtful'));
    expect(span('life doubtful').attributes).toMatchObject({ 'durableflow.outcome': 'in_doubt', 'durableflow.calls.open': [0] });
    await flow.resolve('d-1', 0, { happened: true, by: 'Ada' });
    await run.result();
    await flow.close();
    expect(names()).toEqual(['life doubtful', 'wait in_doubt charge', 'effect charge', 'life doubtful', 'run doubtful']);
    expect(span('effect charge').attributes).toMatchObject({
      'durableflow.effect.happened': true,
      'durableflow.effect.settled_by': 'operator',
    });
    expect(new Set(spans().map((it) => it.spanContext().spanId)).size).toBe(5);
  });

  it('has a life that was given back, and one that goes on from there', async () => {
    const file = join(tempFolder(), 'flow.db');
    const before = recordedSpans();
    const first = await DurableFlow.open(file, { telemetry: before.telemetry });
    const { promise: begun, resolve: begin } = deferred();
    first.register(Hanging, () => new Hanging(() => new Promise(() => begin())));
    await first.start(Hanging, undefined, { id: 'h-1' });
    await begun;
    await first.close({ grace: 0 });
    expect(before.names()).toEqual(['life hanging']);
    expect(before.span('life hanging').attributes['durableflow.outcome']).toBe('released');

    const after = recordedSpans();
    const second = await openFlow(file, { telemetry: after.telemetry });
    second.register(Hanging, () => new Hanging(async () => {}));
    await second.run('h-1').result();
    expect(after.names()).toEqual(['step hang', 'life hanging', 'run hanging']);
    expect(linksOf(after.span('life hanging')).map(({ spanId }) => spanId)).toEqual([before.span('life hanging').spanContext().spanId]);
  });

  it('has its undoing', async () => {
    const { telemetry, span } = recordedSpans();
    const flow = await openFlow(':memory:', { telemetry });
    flow.register(Undone, () => new Undone());
    await (await flow.start(Undone, undefined, { id: 'u-1' })).settled();
    await flow.close();
    expect(span('undo release').attributes['durableflow.kind']).toBe('compensation');
  });

  it('has an end when it is cancelled while it waits', async () => {
    const { telemetry, span, names } = recordedSpans();
    const flow = await openFlow(':memory:', { telemetry });
    flow.register(Order, () => new Order());
    await flow.start(Order, 'waits', { id: 'o-1' });
    await eventually(() => names().includes('life order'));
    await flow.cancel('o-1');
    await flow.close();
    expect(span('run order').attributes['durableflow.outcome']).toBe('cancelled');
  });
});

@workflow({ name: 'doubtful' })
class Doubtful {
  run() {
    return this.charge();
  }

  @sideEffect({ idempotencyKey: () => 'charge-1' })
  async charge() {
    throw new Error('the connection was lost');
  }
}

@workflow({ name: 'hanging' })
class Hanging {
  constructor(readonly work: () => Promise<void>) {}

  run() {
    return this.hang();
  }

  @step()
  async hang() {
    await this.work();
  }
}

@workflow({ name: 'two' })
class Two {
  async run() {
    await this.a();
    await this.b();
  }

  @step()
  async a() {
    return 1;
  }

  @step()
  async b() {
    return 2;
  }
}

@workflow({ name: 'undone' })
class Undone {
  async run() {
    await this.reserve();
    throw new Error('out of stock');
  }

  @compensate('release')
  @step()
  async reserve() {
    return 1;
  }

  @step()
  async release() {}
}

@workflow({ name: 'parent' })
class Parent {
  run() {
    return child(Two, undefined);
  }
}

describe('other traces', () => {
  it('are linked: a child and its parent lead to each other', async () => {
    const { telemetry, span } = recordedSpans();
    const flow = await openFlow(':memory:', { telemetry });
    flow.register(Parent, () => new Parent()).register(Two, () => new Two());
    await (await flow.start(Parent, undefined, { id: 'p-1' })).result();
    await flow.close();
    const [childTrace, parentTrace] = [traceIdOf('p-1/0'), traceIdOf('p-1')];
    expect(span('run two').spanContext().traceId).toBe(childTrace);
    expect(linksOf(span('wait child two'))).toEqual([{ link: 'child', traceId: childTrace, spanId: span('run two').spanContext().spanId }]);
    expect(linksOf(span('start two'))).toEqual([{ link: 'run', traceId: childTrace, spanId: span('run two').spanContext().spanId }]);
    expect(linksOf(span('life two'))).toContainEqual({
      link: 'parent',
      traceId: parentTrace,
      spanId: span('run parent').spanContext().spanId,
    });
  });

  describe('with a context manager', () => {
    const manager = new AsyncLocalStorageContextManager();
    afterEach(() => context.disable());

    it('hang where they belong: what a body does below its call, a start below whoever asked for it', async () => {
      context.setGlobalContextManager(manager.enable());
      const recorded = recordedSpans();
      const tracer = recorded.tracerProvider.getTracer('app');
      const flow = await openFlow(':memory:', { telemetry: recorded.telemetry });
      flow.register(Asker, () => new Asker(() => tracer.startSpan('GET').end()));
      const request = tracer.startSpan('POST /tickets');
      const run = await context.with(trace.setSpan(context.active(), request), () => flow.start(Asker, undefined, { id: 'a-1' }));
      request.end();
      await run.result();
      await flow.close();
      const { span } = recorded;
      const ids = (name: string) => span(name).spanContext();
      expect(span('GET').parentSpanContext?.spanId).toBe(ids('step fetch').spanId);
      expect(ids('GET').traceId).toBe(traceIdOf('a-1'));
      expect(span('start asker').parentSpanContext?.spanId).toBe(request.spanContext().spanId);
      expect(linksOf(span('start asker'))).toMatchObject([{ spanId: ids('run asker').spanId, traceId: traceIdOf('a-1') }]);
      expect(linksOf(span('life asker'))).toMatchObject([{ link: 'caller', spanId: ids('start asker').spanId }]);
      expect(ids('POST /tickets').traceId).not.toBe(traceIdOf('a-1'));
    });
  });
});

@workflow({ name: 'asker' })
class Asker {
  constructor(readonly get: () => void) {}

  run() {
    return this.fetch();
  }

  @step()
  async fetch() {
    await Promise.resolve();
    this.get();
  }
}
