import {
  ROOT_CONTEXT, SpanKind, trace, TraceFlags, type Attributes, type Context, type HrTime, type Link, type Span, type SpanContext, type Tracer,
} from '@opentelemetry/api'; // prettier-ignore
import { isSampled, spanContextOf, startWith, traceIdOf, type SpanPlace } from './run-ids.js';

/** A span to start. Times in milliseconds since the epoch. */
export interface NewSpan {
  readonly name: string;
  readonly at: number;
  readonly kind?: SpanKind;
  readonly attributes: Attributes;
  readonly links?: Link[];
}

/** A moment as the API takes it without fail: plain numbers it may take for time since the process began. */
export const moment = (ms: number): HrTime => [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];

/** Whether a span, and what is below it, is to be recorded. */
export const isTraced = ({ traceFlags }: SpanContext): boolean => (traceFlags & TraceFlags.SAMPLED) !== 0;

/** Starts spans of runs, in the trace that belongs to each. */
export class SpanStarter {
  readonly #tracer: Tracer;
  readonly #namespace: string;
  readonly #ratio: number;
  /** The trace of the run that was last asked for, and whether it is among those that are kept. */
  #last = { run: '', traceId: '', isSampled: false };
  /** Whether spans get the ids that they should have; not known before the first one. */
  #isDerived = false;

  constructor(tracer: Tracer, options: { readonly namespace: string; readonly sampleRatio: number }) {
    this.#tracer = tracer;
    this.#namespace = options.namespace;
    this.#ratio = options.sampleRatio;
  }

  /** Whether the provider has our generator, as far as its spans have shown. */
  get isDerived(): boolean {
    return this.#isDerived;
  }

  /** The id that a span of a run has in whatever process, if the provider has our generator; that of the run itself stands for it else. */
  contextOf(run: string, place: SpanPlace): SpanContext {
    const { traceId, isSampled } = this.#traceOf(run);
    return spanContextOf(traceId, place, isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE);
  }

  #traceOf(run: string) {
    if (this.#last.run !== run) {
      const traceId = traceIdOf(run, this.#namespace);
      this.#last = { run, traceId, isSampled: isSampled(traceId, this.#ratio) };
    }
    return this.#last;
  }

  /** What stands above all spans of a run, whether or not it is there to be seen. */
  rootOf(run: string): Context {
    return trace.setSpanContext(ROOT_CONTEXT, this.contextOf(run, ['run']));
  }

  /** Starts the span of this place in a run, below `parent`; one that is not recorded if the run is not among those that are traced. */
  start(run: string, place: SpanPlace, parent: Context, span: NewSpan): Span {
    const ids = this.contextOf(run, place);
    if (!isTraced(ids)) return trace.wrapSpanContext(ids);
    const started = startWith(ids, () => this.startIn(parent, span, this.#isDerived && place[0] === 'run'));
    this.#isDerived = started.spanContext().spanId === ids.spanId;
    return started;
  }

  /** Starts a span that no other process needs to know. */
  startIn(parent: Context, { name, at, kind = SpanKind.INTERNAL, attributes, links = [] }: NewSpan, root = false): Span {
    return this.#tracer.startSpan(name, { kind, root, startTime: moment(at), attributes, links }, parent);
  }
}
