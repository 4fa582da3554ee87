import { SpanKind, SpanStatusCode, trace, type Attributes, type Context, type Link, type Span, type SpanContext, type Tracer } from '@opentelemetry/api'; // prettier-ignore
import type { EventName, TelemetryEvent } from '../telemetry/index.js';
import { Life } from './life.js';
import { modelAttributes } from './model-attributes.js';
import { isTraced, moment, SpanStarter } from './span-starter.js';

type Of<Name extends EventName> = Extract<TelemetryEvent, { readonly event: Name }>;

/** Runs that were started here and may be taken up elsewhere are remembered up to this many. */
const mostRemembered = 1000;

/** Draws the trace of each run from its events. */
export class RunSpans {
  readonly #starter: SpanStarter;
  readonly #details: boolean;
  readonly #lives = new Map<string, Life>();
  /** Who started the runs that have not begun yet. */
  readonly #callers = new Map<string, SpanContext>();
  /** The last lives of runs, where nobody can tell their ids. */
  readonly #lastLives = new Map<string, SpanContext>();

  constructor(tracer: Tracer, options: { readonly namespace: string; readonly sampleRatio: number; readonly details: boolean }) {
    this.#starter = new SpanStarter(tracer, options);
    this.#details = options.details;
  }

  /** What code in the body of a call shall see as its context. */
  contextOf(run: string, call: number): Context | undefined {
    return this.#lives.get(run)?.contextOf(call);
  }

  take(event: TelemetryEvent): void {
    if (event.run === undefined) return;
    if (event.event === 'run.started') return this.#started(event);
    if (event.event === 'run.claimed') return this.#claimed(event);
    if (event.event === 'run.ended') return this.#ended(event);
    if (event.event === 'model.attempt') return this.#asked(event);
    const life = this.#lives.get(event.run);
    if (life) this.#during(life, event);
  }

  #during(life: Life, event: TelemetryEvent): void {
    const { time } = event;
    switch (event.event) {
      case 'attempt.started':
        life.settle();
        life.call(event.call, event.method, time, 'step').setAttribute('durableflow.attempts', event.attempt);
        return;
      case 'attempt.failed':
        life.failed(event.call, event.error);
        life.call(event.call, event.method, time, 'step').addEvent('exception', failureOf(event), moment(time));
        return;
      case 'effect.intended':
        life.settle();
        life.call(event.call, event.method, time, 'effect').setAttributes(this.#keyOf(event));
        return;
      case 'effect.in_doubt': {
        const span = life.call(event.call, event.method, time, 'effect');
        span.setAttributes({ 'durableflow.effect.in_doubt': true, ...this.#keyOf(event) });
        span.addEvent('effect in doubt', {}, moment(time));
        return;
      }
      case 'effect.settled': {
        const found = { 'durableflow.effect.happened': event.happened, 'durableflow.effect.settled_by': event.source };
        life.call(event.call, event.method, time, 'effect').setAttributes({ ...found, ...this.#keyOf(event) });
        return;
      }
      case 'context.selected': {
        const { selected, rejected, tokens } = event;
        const budget = {
          'durableflow.context.selected': selected,
          'durableflow.context.rejected': rejected,
          'durableflow.context.tokens': tokens,
        };
        life.call(event.call, event.method, time, 'step').addEvent('context selected', budget, moment(time));
        return;
      }
      case 'context.refused': {
        const ceiling = { 'durableflow.context.tokens': event.tokens, 'durableflow.context.max_tokens': event.maxTokens };
        life.call(event.call, event.method, time, 'step').addEvent('context refused', ceiling, moment(time));
        return;
      }
      case 'wait.ended':
        return this.#waited(life, event);
      case 'approval.decided': {
        const by = this.#details && event.by !== undefined ? { 'durableflow.approval.by': event.by } : {};
        life.lastWait(event.call)?.setAttributes({ 'durableflow.approval.verdict': event.verdict, ...by });
        return;
      }
      case 'approval.requested':
      case 'approval.reopened':
      case 'signal.refused':
        return life.note(event.event.replace('.', ' '), time, { 'durableflow.call': event.call });
      case 'guard.violation':
        return life.note('guard violation', time, { 'durableflow.guard.call': event.call, 'durableflow.guard.at': event.at });
      case 'step.recorded':
        return this.#recorded(life, event);
      case 'run.parked':
      case 'run.released':
      case 'run.stalled':
        return this.#put(life, event);
      case 'run.fenced':
        // Whoever has the run now tells of this life as one that was lost.
        if (event.epoch === life.epoch) this.#lives.delete(life.run);
    }
  }

  /** Tells the trace of whoever asked for a run where that run's own trace is. */
  #started(event: Of<'run.started'>): void {
    const { run, workflow, parent, parentCall, time } = event;
    const caller = parent === undefined ? undefined : this.#lives.get(parent)?.context;
    const active = trace.getActiveSpan();
    const above = active ? trace.setSpan(this.#starter.rootOf(run!), active) : caller;
    if (!above) return;
    const span = this.#starter.startIn(above, {
      name: `start ${workflow}`,
      at: time,
      kind: SpanKind.PRODUCER,
      attributes: {
        ...runAttributes(event),
        'durableflow.kind': 'start',
        ...(parentCall !== undefined && { 'durableflow.call': parentCall }),
      },
      links: [this.#linkTo(run!, 'run')],
    });
    span.end(moment(time));
    remember(this.#callers, run!, span.spanContext());
  }

  #claimed(event: Of<'run.claimed'>): void {
    const { time, workflow, epoch, replayed, version, parent, lostAt } = event;
    const run = event.run!;
    const attributes = { ...runAttributes(event), 'durableflow.workflow.version': version };
    if (lostAt !== undefined) this.#lost(event, lostAt, attributes);
    const caller = this.#callers.get(run);
    this.#callers.delete(run);
    const links: Link[] = [
      ...(caller ? [{ context: caller, attributes: { 'durableflow.link': 'caller' } }] : []),
      ...(parent !== undefined && epoch === 1 ? [this.#linkTo(parent, 'parent')] : []),
    ];
    const span = this.#starter.start(run, ['life', epoch], this.#starter.rootOf(run), {
      name: `life ${workflow}`,
      at: time,
      attributes: { ...attributes, 'durableflow.kind': 'life', 'durableflow.epoch': epoch, 'durableflow.replayed': replayed },
      links,
    });
    const before = this.#starter.isDerived ? this.#starter.contextOf(run, ['life', epoch - 1]) : this.#lastLives.get(run);
    if (before && epoch > 1) span.addLink({ context: before, attributes: { 'durableflow.link': 'previous life' } });
    this.#lives.set(run, new Life(this.#starter, span, { run, epoch, attributes }));
  }

  /** The process that had the run before never came to tell of it. */
  #lost(event: Of<'run.claimed'>, lostAt: number, attributes: Attributes): void {
    const epoch = event.epoch - 1;
    const lost = { ...attributes, 'durableflow.kind': 'life', 'durableflow.epoch': epoch, 'durableflow.outcome': 'lost' };
    const span = this.#starter.start(event.run!, ['life', epoch], this.#starter.rootOf(event.run!), {
      name: `life ${event.workflow}`,
      at: lostAt,
      attributes: lost,
    });
    span.addEvent('taken over', {}, moment(event.time));
    span.end(moment(Math.max(lostAt, event.time)));
    remember(this.#lastLives, event.run!, span.spanContext());
  }

  #waited(life: Life, { call, method, kind, since, until, child, ...event }: Of<'wait.ended'>): void {
    // A signal's name may be made of data.
    const what = kind === 'signal' || kind === 'sleep' ? '' : ` ${method.replace(/^child:/, '')}`;
    const span = this.#starter.start(life.run, ['wait', call, kind, since], this.#starter.rootOf(life.run), {
      name: `wait ${kind}${what}`,
      at: since,
      attributes: {
        ...runAttributes(event),
        'durableflow.kind': 'wait',
        'durableflow.wait.kind': kind,
        'durableflow.call': call,
        'durableflow.method': method,
      },
      links: child === undefined ? [] : [this.#linkTo(child, 'child')],
    });
    life.waited(call, span, until);
  }

  #recorded(life: Life, { call, outcome, attempts, time }: Of<'step.recorded'>): void {
    const { span, error } = life.recorded(call, time);
    if (!span) return;
    span.setAttributes({ 'durableflow.outcome': outcome, 'durableflow.attempts': attempts });
    if (outcome === 'threw') {
      span.setAttribute('error.type', typeOf(error));
      span.setStatus({ code: SpanStatusCode.ERROR, ...(error !== undefined && { message: error }) });
    }
  }

  /** An attempt has ended: it may be that of a body whose life is over, and has cost money all the same. */
  #asked(event: Of<'model.attempt'>): void {
    const life = this.#lives.get(event.run!);
    const above = life?.contextOf(event.call) ?? life?.context ?? this.#starter.rootOf(event.run!);
    if (!isTraced(trace.getSpanContext(above)!)) return;
    const span = this.#starter.startIn(above, {
      name: `chat ${event.model}`,
      at: event.time - event.durationMs,
      kind: SpanKind.CLIENT,
      attributes: { ...runAttributes(event), ...modelAttributes(event) },
    });
    if (event.outcome !== 'answered') span.setStatus({ code: SpanStatusCode.ERROR, message: event.outcome });
    span.end(moment(event.time));
  }

  #put(life: Life, event: Of<'run.parked'> | Of<'run.released'> | Of<'run.stalled'>): void {
    // A commit that failed says nothing of what was recorded before.
    if (event.event !== 'run.stalled') life.settle();
    this.#bury(life, event.time, (span) => {
      span.setAttribute('durableflow.outcome', event.event === 'run.parked' ? event.status : event.event.slice('run.'.length));
      if (event.event === 'run.stalled') fail(span, event.message, event.code);
    });
  }

  #ended(event: Of<'run.ended'>): void {
    const { time, status, durationMs, error, workflow } = event;
    const run = event.run!;
    const finish = (span: Span) => {
      span.setAttribute('durableflow.outcome', status);
      if (error !== undefined) fail(span, error, typeOf(error));
    };
    const life = this.#lives.get(run);
    life?.settle();
    if (life) this.#bury(life, time, finish);
    // It may go on once its code is what it was.
    if (status === 'diverged') return;
    const span = this.#starter.start(run, ['run'], this.#starter.rootOf(run), {
      name: `run ${workflow}`,
      at: time - durationMs,
      attributes: { ...runAttributes(event), 'durableflow.kind': 'run' },
    });
    finish(span);
    span.end(moment(time));
    this.#lastLives.delete(run);
  }

  #bury(life: Life, at: number, finish: (span: Span) => void): void {
    this.#lives.delete(life.run);
    life.end(at, finish);
    if (!this.#starter.isDerived) remember(this.#lastLives, life.run, life.spanContext);
  }

  #linkTo(run: string, what: 'child' | 'parent' | 'run'): Link {
    return { context: this.#starter.contextOf(run, ['run']), attributes: { 'durableflow.link': what, 'durableflow.run': run } };
  }

  #keyOf({ key }: { readonly key: string }): Attributes {
    return this.#details ? { 'durableflow.effect.key': key } : {};
  }
}

const runAttributes = ({ run, workflow }: { readonly run?: string; readonly workflow?: string }): Attributes => ({
  'durableflow.run': run,
  'durableflow.workflow': workflow,
});

/** The class of an error, as far as its text begins with it. */
const typeOf = (error: string | undefined): string => /^([A-Za-z_$][\w$]*)(?::|$)/.exec(error ?? '')?.[1] ?? '_OTHER';

function failureOf({ attempt, error, retryInMs }: Of<'attempt.failed'>): Attributes {
  return {
    'exception.type': typeOf(error),
    'exception.message': error,
    'durableflow.attempt': attempt,
    'durableflow.retry_in_ms': retryInMs,
  };
}

function fail(span: Span, message: string, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** The oldest is forgotten for it, so that runs that never come back take no memory. */
function remember(known: Map<string, SpanContext>, run: string, span: SpanContext): void {
  known.delete(run);
  known.set(run, span);
  if (known.size > mostRemembered) known.delete(known.keys().next().value!);
}
