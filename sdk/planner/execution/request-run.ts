import { step, workflow } from '../../decorators/index.js';
import { toMicros } from '../../models/cost.js';
import { abortSignal, transaction } from '../../runtime/index.js';
import type { SqlDatabase } from '../../store/index.js';
import type { Attempt } from '../attempt.js';
import type { ChatRequest } from '../chat.js';
import type { PlannedStep } from '../plan.js';
import { tiers } from '../target.js';
import { askTarget, type Question } from './ask-target.js';
import { attemptOf, type AttemptFacts } from './attempt-facts.js';
import { openStream, type LiveStream } from './live-stream.js';
import { RequestTable, type KeptAnswer } from './request-table.js';
import type { RunInput, RunOutcome } from './run-input.js';
import type { ReachedTarget, RunParts } from './run-parts.js';
import type { Rejection, Session } from './session.js';
import { setAside, usd } from './set-aside.js';
import { timeAllowance } from './time-allowance.js';
import { upstreamBody } from './upstream-body.js';

/** Whether a target may be asked now. `stop`: nobody is asked any more. */
type Admission =
  | { readonly kind: 'admitted'; readonly worstMicros: number }
  | { readonly kind: 'skip'; readonly attempt: Attempt }
  | { readonly kind: 'stop'; readonly outcome: RunOutcome };

/** A request that takes its process down with it is not tried for ever. */
const mostInterruptions = 3;

/** A failed attempt costs nothing more by being made again; asking again is the chain's business. */
const once = { retry: { maxAttempts: 1 } };

/**
 * One request to the planner, as a durable run: money is set aside before each attempt (`ask`, or `open` and `drain`), and
 * settled in the same commit as its record. That of the first attempt is set aside with the start of the run, that of the
 * others by `admit`. What has a record is never done again. An attempt that was admitted by another process and has no
 * record was cut off in the middle: it is written off at its worst case.
 */
@workflow({ name: 'planner-request', version: '1' })
export class RequestRun {
  readonly #parts: RunParts;
  #input!: RunInput;
  #session: Session | undefined;
  /** Admissions that were made here and now, not read from the journal. */
  readonly #admitted = new Set<number>();
  #live: LiveStream | undefined;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  async run(input: RunInput): Promise<RunOutcome> {
    this.#input = input;
    this.#session = this.#parts.sessions.get(input.requestId);
    if (this.#session?.begin()) this.#admitted.add(0);
    const { plan, streamed, shadow } = input;
    if (plan.chain.length === 0) return { state: 'infeasible', reason: undefined };
    const attempts: Attempt[] = [];
    const interruptions = new Map<number, number>();
    let charged = input.chargedMicros;
    let overBudget = false;
    for (let at = 0, n = 0; at < plan.chain.length; n++) {
      const lower = this.#isBelow(at, attempts);
      const admission = n === 0 ? this.#first() : await this.admit(n, at, charged, lower);
      if (admission.kind === 'stop') return admission.outcome;
      if (admission.kind === 'skip') {
        overBudget = !lower;
        attempts.push(admission.attempt);
        at++;
        continue;
      }
      overBudget = false;
      const attempt = await this.#attempt(n, at, admission.worstMicros);
      attempts.push(attempt);
      charged += toMicros(attempt.chargedUsd);
      const { outcome } = attempt;
      overBudget = outcome === 'skipped';
      if (outcome === 'passed_check' || outcome === 'no_check_completed') return { state: 'answered', reason: undefined };
      if (outcome === 'abandoned') return { state: 'abandoned', reason: undefined };
      if (outcome === 'rejected') return { state: 'failed', reason: 'rejected' };
      // Of a committed stream nothing is taken elsewhere, and nobody is left who would want it; nor a shadow.
      if (this.#isCommitted(attempt) && outcome === 'failed_check') return { state: 'answered', reason: undefined };
      if (this.#isCommitted(attempt)) return { state: 'failed', reason: outcome === 'latency_breach' ? 'latency' : 'attempts' };
      if (outcome !== 'interrupted') {
        at++;
        continue;
      }
      if (streamed || shadow) return { state: 'abandoned', reason: undefined };
      interruptions.set(at, (interruptions.get(at) ?? 0) + 1);
      const total = [...interruptions.values()].reduce((sum, it) => sum + it, 0);
      if (total >= mostInterruptions) break;
      if (interruptions.get(at)! > 1 && at < plan.chain.length - 1) at++;
    }
    const last = attempts.findLast(({ outcome }) => outcome !== 'skipped');
    return { state: 'failed', reason: overBudget ? 'budget' : last?.outcome === 'latency_breach' ? 'latency' : 'attempts' };
  }

  /** Sets the worst case of attempt `n` aside, if there is money, time and a caller for it. */
  @step(once)
  async admit(n: number, at: number, chargedMicros: number, lower: string | undefined): Promise<Admission> {
    const { clock } = this.#parts;
    const { plan, budget, requestId, receivedAt } = this.#input;
    const now = clock.now();
    if (lower !== undefined) return this.#skipped(at, lower);
    this.#admitted.add(n);
    if (this.#session?.signal?.aborted) return { kind: 'stop', outcome: { state: 'abandoned', reason: undefined } };
    if (!timeAllowance(plan, at, now - receivedAt)) return { kind: 'stop', outcome: { state: 'failed', reason: 'latency' } };
    if (!this.#request()) return { kind: 'stop', outcome: { state: 'abandoned', reason: undefined } };
    const worstMicros = toMicros(this.#step(at).estimate.worstCaseUsd);
    const { maxCostUsd } = plan.constraints;
    if (maxCostUsd !== undefined && chargedMicros + worstMicros > toMicros(maxCostUsd))
      return this.#skipped(
        at,
        `it could cost ${usd(worstMicros)}, and ${usd(toMicros(maxCostUsd) - chargedMicros)} of the request's own limit is left`,
      );
    return transaction((db): Admission => {
      const refusal = budget && setAside(db, { id: `${requestId}/${n}`, budget, micros: worstMicros, at: now });
      return refusal === undefined ? { kind: 'admitted', worstMicros } : this.#skipped(at, refusal);
    });
  }

  /** Attempt `n`, for a whole answer. */
  @step(once)
  async ask(n: number, at: number, worstMicros: number): Promise<Attempt> {
    const question = this.#question(n, at);
    if (!question) return this.#settle(n, at, worstMicros, this.#notAsked(n));
    const told = this.#parts.watch(question.reached.target.id);
    const { facts, completion, rejection } = await askTarget(question, this.#parts);
    const targetId = question.reached.target.id;
    const attempt = await this.#settle(n, at, worstMicros, facts, kept(targetId, completion, rejection));
    told(attempt, this.#input.plan);
    if (completion) this.#session?.deliver({ kind: 'completion', targetId, completion, attempts: this.#session.attempts });
    return attempt;
  }

  /** Attempt `n`, as far as the first words of a streamed answer. Undefined if it stands; else the attempt is over. */
  @step(once)
  async open(n: number, at: number, worstMicros: number): Promise<Attempt | undefined> {
    const question = this.#question(n, at);
    if (!question) return this.#settle(n, at, worstMicros, this.#notAsked(n));
    const { target } = question.reached;
    const told = this.#parts.watch(target.id);
    const keep = question.check !== undefined || this.#input.keyed;
    const opened = await openStream({ ...question, keep }, this.#parts);
    if ('live' in opened) {
      this.#live = opened.live;
      // Whatever comes of it; a run that is given back leaves nothing open.
      void opened.live.ended.then((facts) => told(attemptOf(this.#step(at), target, worstMicros, false, facts), this.#input.plan));
      return undefined;
    }
    const attempt = await this.#settle(n, at, worstMicros, opened.facts, kept(target.id, undefined, opened.rejection));
    told(attempt, this.#input.plan);
    return attempt;
  }

  /** The rest of a streamed answer. Its body begins when the record of `open` is on disk: only then the caller gets its first words. */
  @step(once)
  async drain(n: number, at: number, worstMicros: number): Promise<Attempt> {
    const live = this.#live;
    if (!live) return this.#settle(n, at, worstMicros, this.#cutOff());
    const { targetId } = this.#step(at);
    let recorded!: () => void;
    const record = new Promise<void>((resolve) => (recorded = resolve));
    const gone = abortSignal();
    const leave = () => live.leave();
    gone.addEventListener('abort', leave, { once: true });
    try {
      this.#session!.deliver({ kind: 'stream', targetId, chunks: live.handOut(record) });
      const facts = await this.#checked(live, await live.ended);
      const chunks = this.#input.keyed ? live.kept : undefined;
      return await this.#settle(n, at, worstMicros, facts, chunks && { kind: 'chunks', targetId, chunks });
    } finally {
      gone.removeEventListener('abort', leave);
      recorded();
    }
  }

  /** The first attempt is admitted by the start of the run. */
  #first(): Extract<Admission, { kind: 'admitted' }> {
    return { kind: 'admitted', worstMicros: toMicros(this.#step(0).estimate.worstCaseUsd) };
  }

  async #attempt(n: number, at: number, worstMicros: number): Promise<Attempt> {
    if (!this.#input.streamed) return this.ask(n, at, worstMicros);
    return (await this.open(n, at, worstMicros)) ?? this.drain(n, at, worstMicros);
  }

  /** Puts the attempt on record, as what its step returns, and settles its money, in one commit. */
  async #settle(n: number, at: number, worstMicros: number, facts: AttemptFacts, answer?: KeptAnswer): Promise<Attempt> {
    const { requestId, shadow, keyed, budget } = this.#input;
    const attempt = attemptOf(this.#step(at), this.#target(at)?.target, worstMicros, shadow, facts);
    const ends = answer !== undefined || isAnswer(attempt);
    const said = keyed && answer ? JSON.stringify(answer) : undefined;
    const settled = await transaction((db: SqlDatabase) => {
      const table = RequestTable.of(db);
      if (budget) table.settle(`${requestId}/${n}`, toMicros(attempt.chargedUsd));
      if (ends) table.end(requestId, said, this.#parts.limits.keepPrompts, facts.endedAt);
      return attempt;
    });
    if (this.#session) {
      this.#session.attempts = [...this.#session.attempts, settled];
      if (answer?.kind === 'rejection') this.#session.rejection = answer;
    }
    return settled;
  }

  /** What is known of an attempt that nothing was sent for here. */
  #notAsked(n: number): AttemptFacts {
    const now = this.#parts.clock.now();
    const facts = { startedAt: now, endedAt: now, free: true };
    if (!this.#admitted.has(n)) return this.#cutOff();
    if (this.#session?.signal?.aborted) return { outcome: 'abandoned', detail: 'its client went away', ...facts };
    if (n === 0 && this.#session?.refusal !== undefined) return { outcome: 'skipped', detail: this.#session.refusal, ...facts };
    return { outcome: 'transport_error', detail: 'it is configured no longer', ...facts };
  }

  /** What is known of an attempt that another process began: that it began. */
  #cutOff(): AttemptFacts {
    const now = this.#parts.clock.now();
    return {
      outcome: 'interrupted',
      detail: 'its process ended in the middle of it; its worst case stays charged',
      startedAt: now,
      endedAt: now,
    };
  }

  /** Undefined if nobody is to be asked: the attempt was begun by another process, or `#notAsked` says why. */
  #question(n: number, at: number): Question | undefined {
    const reached = this.#target(at);
    const request = this.#admitted.has(n) && reached ? this.#request() : undefined;
    if (!request || this.#session?.signal?.aborted || (n === 0 && this.#session?.refusal !== undefined)) return undefined;
    const { plan, receivedAt } = this.#input;
    const allowance = timeAllowance(plan, at, this.#parts.clock.now() - receivedAt);
    return {
      reached: reached!,
      body: upstreamBody(request, reached!.target, plan),
      check: plan.constraints.check,
      // A moment ago there was still time.
      ...(allowance ?? { ceilingMs: 1, totalMs: 1 }),
      signal: this.#session?.signal ? AbortSignal.any([this.#session.signal, abortSignal()]) : abortSignal(),
    };
  }

  async #checked(live: LiveStream, facts: AttemptFacts): Promise<AttemptFacts> {
    const { check } = this.#input.plan.constraints;
    if (!check || facts.outcome !== 'no_check_completed') return facts;
    const checked = await this.#parts.checks.run(check, live.completion());
    if (checked.verdict === 'passed') return { ...facts, outcome: 'passed_check' };
    const detail = checked.verdict === 'failed' ? `${checked.detail}; it was streamed, so nobody else could be asked` : checked.detail;
    return { ...facts, outcome: checked.verdict === 'failed' ? 'failed_check' : 'no_check_completed', detail };
  }

  #request(): ChatRequest | undefined {
    if (this.#session) return this.#session.request;
    const kept = this.#parts.read((db) => RequestTable.of(db).request(this.#input.requestId)?.request);
    return kept ? (JSON.parse(kept) as ChatRequest) : undefined;
  }

  /** Why an answer that failed its check is not taken to this target: its tier is lower. */
  #isBelow(at: number, attempts: readonly Attempt[]): string | undefined {
    const failed = attempts.filter(({ outcome }) => outcome === 'failed_check').map(({ targetId }) => this.#rank(targetId));
    return failed.length > 0 && this.#rank(this.#step(at).targetId) < Math.max(...failed)
      ? 'an answer that failed its check is taken to the same tier or a higher one only'
      : undefined;
  }

  #skipped(at: number, detail: string): Extract<Admission, { kind: 'skip' }> {
    const { targetId, targetName, model } = this.#step(at);
    const { shadow, receivedAt } = this.#input;
    const nothing = { firstTokenMs: undefined, usage: undefined, costUsd: 0, chargedUsd: 0, durationMs: 0 };
    return {
      kind: 'skip',
      attempt: { targetId, targetName, model, outcome: 'skipped', detail, startedAt: receivedAt, ...nothing, shadow },
    };
  }

  /** Words of it have been given to the caller. */
  #isCommitted({ firstTokenMs }: Attempt): boolean {
    return this.#input.streamed && firstTokenMs !== undefined;
  }

  #rank(targetId: string): number {
    const tier = this.#input.tiers[targetId];
    return tier ? tiers.indexOf(tier) : tiers.length;
  }

  #step(at: number): PlannedStep {
    return this.#input.plan.chain[at]!;
  }

  #target(at: number): ReachedTarget | undefined {
    return this.#parts.targets.get(this.#step(at).targetId);
  }
}

const isAnswer = ({ outcome, firstTokenMs }: Attempt) =>
  outcome === 'passed_check' || outcome === 'no_check_completed' || (outcome === 'failed_check' && firstTokenMs !== undefined);

function kept(targetId: string, completion: unknown, rejection: Rejection | undefined): KeptAnswer | undefined {
  if (completion) return { kind: 'completion', targetId, completion };
  return rejection && { kind: 'rejection', ...rejection };
}
