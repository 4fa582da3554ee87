import { trace, type Attributes, type Context, type Span, type SpanContext } from '@opentelemetry/api';
import { moment, type SpanStarter } from './span-starter.js';

/** A call that this life has begun to execute, or to wait for, and that has no outcome yet. */
interface OpenCall {
  span: Span | undefined;
  context: Context | undefined;
  isEffect: boolean;
  /** The error of its last attempt. */
  error: string | undefined;
  readonly waits: { readonly span: Span; readonly until: number }[];
}

/**
 * The time of one process with a run. Its calls are exported once their outcome is on disk, and never if this process does not come
 * to that: whoever does it after all tells of the whole call. So a call is told once, whatever happens to processes.
 */
export class Life {
  readonly run: string;
  readonly epoch: number;
  readonly context: Context;
  readonly #starter: SpanStarter;
  readonly #span: Span;
  readonly #attributes: Attributes;
  readonly #calls = new Map<number, OpenCall>();
  /** Recorded, and perhaps not on disk yet. */
  #recorded: { readonly span: Span; readonly at: number }[] = [];
  /** What is told in the middle of `run()`, where nobody may look at the clock, waits until it is over. */
  readonly #notes: { readonly name: string; readonly attributes: Attributes; readonly at: number }[] = [];

  constructor(starter: SpanStarter, span: Span, facts: { readonly run: string; readonly epoch: number; readonly attributes: Attributes }) {
    this.#starter = starter;
    this.#span = span;
    this.run = facts.run;
    this.epoch = facts.epoch;
    this.#attributes = facts.attributes;
    this.context = trace.setSpan(starter.rootOf(this.run), span);
  }

  get spanContext(): SpanContext {
    return this.#span.spanContext();
  }

  note(name: string, at: number, attributes: Attributes): void {
    this.#notes.push({ name, at, attributes });
  }

  /** The context of a call that is being executed. */
  contextOf(call: number): Context | undefined {
    return this.#calls.get(call)?.context;
  }

  /** The span of a call that is being executed, started if need be. */
  call(call: number, method: string, at: number, kind: 'step' | 'effect'): Span {
    const open = this.#open(call);
    if (open.span) {
      // What was told of its context came first.
      if (kind === 'effect' && !open.isEffect) open.span.updateName(`effect ${method}`).setAttribute('durableflow.kind', kind);
      open.isEffect ||= kind === 'effect';
      return open.span;
    }
    open.isEffect = kind === 'effect';
    const isUndo = method.startsWith('undo:');
    const span = this.#starter.start(this.run, ['call', call], this.context, {
      name: isUndo ? `undo ${method.slice('undo:'.length)}` : `${kind} ${method}`,
      at,
      attributes: {
        ...this.#attributes,
        'durableflow.kind': isUndo ? 'compensation' : kind,
        'durableflow.call': call,
        'durableflow.method': method,
      },
    });
    open.span = span;
    open.context = trace.setSpan(this.context, span);
    return span;
  }

  waited(call: number, span: Span, until: number): void {
    this.#open(call).waits.push({ span, until });
  }

  /** The last thing that a call has waited for. */
  lastWait(call: number): Span | undefined {
    return this.#calls.get(call)?.waits.at(-1)?.span;
  }

  failed(call: number, error: string): void {
    this.#open(call).error = error;
  }

  /** Takes the call as done; returns its span, if it was executed, and the error of its last attempt. */
  recorded(call: number, at: number): { readonly span: Span | undefined; readonly error: string | undefined } {
    const open = this.#calls.get(call);
    if (!open) return { span: undefined, error: undefined };
    this.#calls.delete(call);
    for (const { span, until } of open.waits) this.#recorded.push({ span, at: until });
    if (open.span) this.#recorded.push({ span: open.span, at });
    return open;
  }

  /** All that was recorded is on disk: tells it. */
  settle(): void {
    for (const { span, at } of this.#recorded) span.end(moment(at));
    this.#recorded = [];
  }

  /** Ends the span of this life. Calls without an outcome are left to the next one. */
  end(at: number, finish: (span: Span) => void): void {
    for (const { name, attributes, at: time } of this.#notes) this.#span.addEvent(name, attributes, moment(time));
    const cutOff = [...this.#calls].filter(([, { span }]) => span).map(([call]) => call);
    if (cutOff.length > 0) this.#span.setAttribute('durableflow.calls.open', cutOff);
    finish(this.#span);
    this.#span.end(moment(at));
  }

  #open(call: number): OpenCall {
    let open = this.#calls.get(call);
    if (!open) this.#calls.set(call, (open = { span: undefined, context: undefined, isEffect: false, error: undefined, waits: [] }));
    return open;
  }
}
