import { DurableFlowError, ModelError } from '../../errors/index.js';
import { Deadline } from '../../models/deadline.js';
import type { ModelUsage } from '../../models/model-client.js';
import type { ChatChunk, ChatCompletion } from '../chat.js';
import { chatUsage, failedAnswer, type Question } from './ask-target.js';
import type { AttemptFacts } from './attempt-facts.js';
import type { RunParts } from './run-parts.js';

/** So many pieces without a word are waited through before a target is committed all the same. */
const longestPrelude = 64;

/** How the opening of a stream went: it stands, with its first words at hand; or the attempt is over. */
export type Opened = { readonly live: LiveStream } | ReturnType<typeof failedAnswer>;

/** Begins a streamed answer and waits for its first words. Never throws for what the target does. */
export async function openStream(question: Question & { readonly keep: boolean }, parts: RunParts): Promise<Opened> {
  const { clock, limits } = parts;
  const live = new LiveStream(question, parts);
  const fact = (facts: Omit<AttemptFacts, 'startedAt' | 'endedAt'>) => ({ startedAt: live.startedAt, endedAt: clock.now(), ...facts });
  try {
    await live.open();
    return { live };
  } catch (error) {
    live.close();
    return failedAnswer(error, question, limits.attemptMs, fact);
  }
}

/** A streamed answer that has begun. It is read from the target as its reader takes it, so that nothing piles up here. */
export class LiveStream {
  readonly startedAt: number;
  firstTokenMs: number | undefined;
  /** Resolves when it is over, one way or another. */
  readonly ended: Promise<AttemptFacts>;
  readonly #question: Question & { readonly keep: boolean };
  readonly #parts: RunParts;
  readonly #deadline: Deadline;
  readonly #ceiling = new AbortController();
  readonly #end: (facts: AttemptFacts) => void;
  readonly #wantsUsage: boolean;
  #cancelCeiling: (() => void) | undefined;
  #cancelReader: (() => void) | undefined;
  #events: AsyncIterator<ChatChunk> | undefined;
  readonly #prelude: ChatChunk[] = [];
  #usage: ModelUsage | undefined;
  #finished = false;
  #isOver = false;
  readonly #kept: ChatChunk[] = [];
  #keptBytes = 0;
  #failure: unknown;

  constructor(question: Question & { readonly keep: boolean }, parts: RunParts) {
    this.#question = question;
    this.#parts = parts;
    this.startedAt = parts.clock.now();
    this.#wantsUsage = question.body.stream_options?.include_usage === true;
    let end!: (facts: AttemptFacts) => void;
    this.ended = new Promise((resolve) => (end = resolve));
    this.#end = end;
    this.#deadline = new Deadline(parts.clock, parts.limits.attemptMs, this.#ceiling.signal);
    const { ceilingMs, signal } = question;
    this.#limit(ceilingMs);
    if (signal?.aborted) this.leave();
    else signal?.addEventListener('abort', this.leave, { once: true });
  }

  /** All pieces, if they are kept and it came to its end. */
  get kept(): readonly ChatChunk[] | undefined {
    return this.#question.keep && this.#finished ? this.#kept : undefined;
  }

  async open(): Promise<void> {
    const { reached, body } = this.#question;
    const chunks = await this.#deadline.race(reached.upstream.stream(body, this.#deadline.signal));
    this.#events = chunks[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await this.#read();
      if (done) throw new ModelError('stream_broken', `${reached.target.name}: the stream ended before it began`);
      this.#prelude.push(value);
      if (saysSomething(value) || this.#prelude.length >= longestPrelude) break;
    }
    this.firstTokenMs = this.#parts.clock.now() - this.startedAt;
    this.#deadline.pause();
    // No time has to be left for anybody else from here on.
    const { totalMs } = this.#question;
    this.#limit(totalMs === undefined ? undefined : totalMs - this.firstTokenMs);
  }

  /**
   * The pieces for the caller. `recorded` is awaited before its end is told, so that the record is on disk by then.
   * Whoever does not read it, or leaves, is noticed.
   */
  handOut(recorded: Promise<unknown>): AsyncIterableIterator<ChatChunk> {
    const over: IteratorReturnResult<undefined> = { done: true, value: undefined };
    const next = async (): Promise<IteratorResult<ChatChunk>> => {
      for (;;) {
        if (this.#isOver) {
          await recorded;
          if (this.#failure !== undefined) throw this.#takeFailure();
          return over;
        }
        this.#cancelReader?.();
        const piece = await this.#next();
        if (!piece) continue;
        this.#awaitReader();
        return { done: false, value: piece };
      }
    };
    this.#awaitReader();
    const iterator: AsyncIterableIterator<ChatChunk> = {
      [Symbol.asyncIterator]: () => iterator,
      next,
      return: async () => {
        this.leave();
        return over;
      },
    };
    return iterator;
  }

  /** Ends what is left of the connection. */
  close(): void {
    this.#cancelCeiling?.();
    this.#cancelReader?.();
    this.#question.signal?.removeEventListener('abort', this.leave);
    if (!this.#ceiling.signal.aborted) this.#ceiling.abort();
    // Not awaited: an endpoint that does not heed its signal may hang here.
    this.#events?.return?.()?.catch(() => {});
    this.#deadline[Symbol.dispose]();
  }

  /** The whole answer, for a check of what was said. */
  completion(): ChatCompletion {
    const said = new Map<number, string>();
    for (const { choices } of this.#kept)
      for (const { index, delta } of choices) said.set(index, (said.get(index) ?? '') + (delta?.content ?? ''));
    const { id = '', model = '' } = this.#kept[0] ?? {};
    return {
      id,
      object: 'chat.completion',
      model,
      choices: [...said].map(([index, content]) => ({ index, finish_reason: 'stop', message: { role: 'assistant', content } })),
    };
  }

  /** The next piece that is the caller's to see; undefined if there is none now. */
  async #next(): Promise<ChatChunk | undefined> {
    let chunk = this.#prelude.shift();
    if (!chunk) {
      try {
        this.#deadline.restart();
        const { done, value } = await this.#read();
        this.#deadline.pause();
        if (done) this.#finish();
        else chunk = value;
      } catch (error) {
        this.#fail(error);
      }
    }
    return chunk && this.#visible(chunk);
  }

  async #read(): Promise<IteratorResult<ChatChunk, undefined>> {
    const result = await this.#deadline.race(this.#events!.next());
    if (!result.done) this.#note(result.value);
    return result;
  }

  #note(chunk: ChatChunk): void {
    this.#usage = chatUsage(chunk.usage) ?? this.#usage;
    this.#finished ||= chunk.choices.some(({ finish_reason }) => typeof finish_reason === 'string');
    const shown = this.#question.keep ? this.#visible(chunk) : undefined;
    if (!shown) return;
    this.#keptBytes += JSON.stringify(shown).length;
    if (this.#keptBytes > this.#parts.limits.maxAnswerBytes)
      throw new ModelError('malformed', `the answer has more than ${this.#parts.limits.maxAnswerBytes} bytes`);
    this.#kept.push(shown);
  }

  /** Usage was asked of the target for the books; the caller gets it if it asked for it. */
  #visible(chunk: ChatChunk): ChatChunk | undefined {
    if (this.#wantsUsage || !('usage' in chunk)) return chunk;
    if (chunk.choices.length === 0) return undefined;
    const { usage: _usage, ...rest } = chunk;
    return rest;
  }

  #finish(): void {
    if (!this.#finished)
      return this.#fail(new ModelError('stream_broken', `${this.#question.reached.target.name}: the stream ended too early`));
    this.#over({ outcome: 'no_check_completed', usage: this.#usage });
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    const { ceilingMs } = this.#question;
    const { facts } = failedAnswer(error, this.#question, Infinity, (it) => ({ startedAt: 0, endedAt: 0, ...it }));
    const breached = facts.outcome === 'latency_breach' && ceilingMs !== undefined && this.#ceiling.signal.aborted;
    const outcome = facts.outcome === 'abandoned' ? 'abandoned' : breached ? 'latency_breach' : 'transport_error';
    const usage = this.#usage ?? facts.usage;
    this.#failure ??= error;
    this.#over({ outcome, detail: facts.detail, usage });
  }

  /** Nobody wants the rest. */
  readonly leave = (): void => {
    this.#failure ??= new ModelError('aborted', 'its client went away');
    this.#over({ outcome: 'abandoned', detail: 'its client went away', usage: this.#usage });
    this.#ceiling.abort(new ModelError('aborted', 'its client went away'));
  };

  /** From now on. */
  #limit(ms: number | undefined): void {
    this.#cancelCeiling?.();
    if (ms === undefined) return;
    this.#cancelCeiling = this.#parts.clock.after(ms, () => this.#giveUp(new ModelError('timeout', 'the time of the request is over')));
  }

  #giveUp(error: ModelError): void {
    this.#ceiling.abort(error);
    // Nobody is reading just now who would notice.
    if (this.firstTokenMs !== undefined) this.#fail(error);
  }

  #awaitReader(): void {
    this.#cancelReader?.();
    this.#cancelReader = this.#parts.clock.after(this.#parts.limits.readerMs, this.leave);
  }

  #over(facts: Omit<AttemptFacts, 'startedAt' | 'endedAt' | 'firstTokenMs'>): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#end({ startedAt: this.startedAt, endedAt: this.#parts.clock.now(), firstTokenMs: this.firstTokenMs, ...facts });
    this.close();
  }

  /** Said once; after that the stream is simply over. */
  #takeFailure(): unknown {
    const cause = this.#failure;
    this.#failure = undefined;
    const said = cause instanceof Error ? cause.message : String(cause);
    const code = cause instanceof ModelError && cause.kind === 'aborted' ? 'DF_PLAN_ABANDONED' : 'DF_PLAN_STREAM_BROKEN';
    return new DurableFlowError(code, said, { cause });
  }
}

/** Anything that cannot be taken back: words, a part of a tool call, the end. The bare role is none of it. */
function saysSomething({ choices }: ChatChunk): boolean {
  return choices.some(({ delta, finish_reason }) => {
    if (typeof finish_reason === 'string') return true;
    return Object.entries(delta ?? {}).some(([name, value]) => name !== 'role' && value !== '' && value !== null && value !== undefined);
  });
}
