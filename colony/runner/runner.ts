import type { Arm } from '../arm.js';
import { BatchAccount } from '../measures/batch-account.js';
import { JobAccount } from '../measures/job-account.js';
import { LeaseAccount } from '../measures/lease-account.js';
import type { JobResult, MachineLease, Recovery, Violation } from '../measures/arm-run.js';
import type { Protocol } from '../protocol.js';
import type { Micros } from '../time.js';
import { lengthOf } from '../workload.js';
import type { AttemptEnd, Fleet, Machine } from './fleet.js';
import { SpendGuard } from './spend-guard.js';
import type { Timer } from './timer.js';

/** A job, as its runner knows it. */
interface Job {
  readonly id: string;
  readonly index: number;
  readonly account: JobAccount;
  attempts: number;
  losses: number;
  state: JobState;
  doneAt: Micros | undefined;
  digest: string | undefined;
  failure: string | undefined;
}

export type JobState = 'waiting' | 'running' | 'recovering' | 'done' | 'given_up';

/** A machine and what it is there for. */
interface Lease {
  readonly account: LeaseAccount;
  machine: Machine | undefined;
  job: Job | undefined;
  isReady: boolean;
  cancelRenewal: () => void;
}

export interface RunnerOptions {
  readonly protocol: Protocol;
  readonly arm: Arm;
  readonly fleet: Fleet;
  readonly timer: Timer;
  /** Keep what every machine did when. */
  readonly picture?: boolean;
  /** Jobs that an earlier runner of the same batch has finished. */
  readonly finished?: ReadonlyMap<string, { readonly digest: string; readonly at: Micros }>;
  /** All is done, given up, or out of time. */
  readonly onEnd: () => void;
  readonly onChange?: () => void;
}

/** Gets a batch of jobs done on machines that can be lost: acquires them, hands out jobs, notices losses, and keeps the books. */
export class Runner {
  readonly jobs: readonly Job[];
  readonly leases: MachineLease[] = [];
  readonly violations: Violation[] = [];
  readonly batch = new BatchAccount();
  interventions = 0;
  readonly #options: RunnerOptions;
  readonly #spend: SpendGuard;
  /** First those that were lost. */
  readonly #waiting: Job[];
  readonly #live = new Set<Lease>();
  readonly #slots: (Lease | undefined)[];
  readonly #reserveAtATime: Micros;
  #cancelHorizon = () => {};
  #isOver = false;
  #endedAt: Micros = 0;

  constructor(options: RunnerOptions) {
    const { protocol, arm, finished } = options;
    this.#options = options;
    const { spot, onDemand } = protocol.prices;
    this.#spend = new SpendGuard(protocol.budgetUsd, arm.market === 'spot' ? spot : onDemand);
    this.jobs = Array.from({ length: protocol.workload.jobs }, (_, index) => {
      const id = `job-${index + 1}`;
      const before = finished?.get(id);
      return {
        id,
        index,
        account: new JobAccount(id, this.batch),
        attempts: 0,
        losses: 0,
        state: before ? 'done' : 'waiting',
        doneAt: before?.at,
        digest: before?.digest,
        failure: undefined,
      };
    });
    this.#waiting = this.jobs.filter(({ state }) => state === 'waiting');
    this.#slots = Array.from({ length: protocol.slots }, () => undefined);
    this.#reserveAtATime = protocol.delays.provision + lengthOf(protocol.workload);
  }

  start(): void {
    this.#cancelHorizon = this.#timer.after(this.#options.protocol.horizon - this.#timer.now(), () => this.#end());
    this.#fill();
    this.#endIfIdle();
  }

  get costUsd(): number {
    return this.#spend.costOf(this.batch.leased);
  }

  get committedUsd(): number {
    return this.#spend.committedUsd;
  }

  /** When the last machine was given back. */
  get span(): Micros {
    return this.#endedAt;
  }

  get results(): readonly JobResult[] {
    return this.jobs.map(({ id, doneAt, attempts, digest, failure }) => ({
      ...{ id, doneAt, attempts, digest },
      ...(failure !== undefined && { failure }),
    }));
  }

  get recoveries(): readonly Recovery[] {
    return this.jobs.flatMap(({ account }) => account.recoveries);
  }

  get #timer(): Timer {
    return this.#options.timer;
  }

  /** Acquires machines for the jobs that wait, as far as there are slots and money. */
  #fill(): void {
    if (this.#isOver) return;
    let coming = this.#slots.filter((lease) => lease && !lease.job).length;
    for (let slot = 0; slot < this.#slots.length && coming < this.#waiting.length; slot++) {
      if (this.#slots[slot]) continue;
      if (!this.#acquire(slot)) return;
      coming++;
    }
  }

  #acquire(slot: number): boolean {
    const account = new LeaseAccount(slot, this.#timer.now(), this.batch, this.#options.picture === true);
    const lease: Lease = { account, machine: undefined, job: undefined, isReady: false, cancelRenewal: () => {} };
    if (!this.#spend.reserve(lease, this.#reserveAtATime)) return false;
    this.#renewIn(lease, this.#reserveAtATime, this.#reserveAtATime);
    this.#live.add(lease);
    this.#slots[slot] = lease;
    lease.machine = this.#options.fleet.acquire(slot, {
      ready: () => this.#ready(lease),
      enters: (phase) => this.#enters(lease, phase),
      recorded: () => this.#recorded(lease),
      adopted: () => lease.job?.account.adopted(),
      ended: (end) => this.#ended(lease, end),
      lost: () => this.#noticed(lease),
      died: () => this.#died(lease),
      paused: () => lease.account.paused(this.#timer.now()),
      resumed: () => this.#resumed(lease),
    });
    return true;
  }

  /** Sets more time aside before what is set aside is used up; without money for it the machine goes. */
  #renewIn(lease: Lease, span: Micros, reserved: Micros): void {
    lease.cancelRenewal = this.#timer.after(span, () => {
      const more = reserved + this.#reserveAtATime;
      if (this.#spend.reserve(lease, more)) return this.#renewIn(lease, this.#reserveAtATime, more);
      if (lease.job) this.#takeJob(lease, this.#noMoney);
      this.#release(lease);
      this.#endIfIdle();
    });
  }

  #ready(lease: Lease): void {
    if (!this.#isCurrent(lease)) return this.#release(lease);
    lease.isReady = true;
    lease.account.ready(this.#timer.now());
    this.#handOut(lease);
  }

  #handOut(lease: Lease): void {
    const job = this.#waiting.shift();
    // A slot that nobody needs costs nothing.
    if (!job) return this.#release(lease);
    lease.job = job;
    job.attempts++;
    job.state = 'running';
    lease.account.assigned(job.id, job.account, this.#timer.now());
    lease.machine!.assign({ job: job.id, index: job.index, attempt: job.attempts });
    this.#options.onChange?.();
  }

  #enters(lease: Lease, phase: Parameters<LeaseAccount['enters']>[0]): void {
    // What was taken for lost and speaks is told to stop; not before it has tried to put on record what it had finished.
    if (!this.#isCurrent(lease) && phase !== 'checkpoint') return this.#release(lease);
    lease.account.enters(phase, this.#timer.now());
  }

  #recorded(lease: Lease): void {
    if (!this.#isCurrent(lease))
      this.violations.push({
        invariant: 'stale_writer',
        detail: `slot ${lease.account.slot}: a machine that was taken for lost could still write`,
      });
    lease.job?.account.recorded();
  }

  #ended(lease: Lease, end: AttemptEnd): void {
    if (!this.#isCurrent(lease)) return this.#release(lease);
    const now = this.#timer.now();
    const job = lease.job!;
    lease.account.leaves(now);
    lease.job = undefined;
    if (end.kind === 'done') this.#finish(job, end.digest, now);
    else if (end.kind === 'fenced') {
      this.violations.push({ invariant: 'stale_writer', detail: `${job.id} was taken from the machine that it was given to` });
      this.#giveUp(job);
    } else {
      if (end.kind === 'stuck') this.interventions++;
      job.failure = end.message;
      this.#giveUp(job);
    }
    this.#handOut(lease);
    this.#endIfIdle();
  }

  #finish(job: Job, digest: string, at: Micros): void {
    job.account.done();
    job.state = 'done';
    job.doneAt = at;
    job.digest = digest;
    this.#options.onChange?.();
  }

  #giveUp(job: Job): void {
    job.account.givenUp();
    job.state = 'given_up';
    this.#options.onChange?.();
  }

  /** The moment of the loss: the bill ends here, though the runner does not know yet. */
  #died(lease: Lease): void {
    const now = this.#timer.now();
    if (lease.account.isClosed) return;
    lease.account.losesJob(now);
    this.#close(lease, 'destroyed');
    if (lease.job) lease.job.state = 'recovering';
    this.#options.onChange?.();
  }

  /** The runner knows: by the end of the machine, or by its silence. */
  #noticed(lease: Lease): void {
    if (!this.#isCurrent(lease)) return;
    this.#slots[lease.account.slot] = undefined;
    const { job } = lease;
    if (!lease.account.isClosed) {
      // It cannot be reached, so it is paid for until it can.
      lease.account.losesJob(this.#timer.now());
      if (job) job.state = 'recovering';
    }
    lease.job = undefined;
    if (job) {
      job.account.noticed(this.#timer.now());
      this.#takeBack(job);
    }
    this.#fill();
    this.#endIfIdle();
  }

  /** What was taken for lost can be reached again: it is told to stop as soon as that is noticed. */
  #resumed(lease: Lease): void {
    lease.account.resumed(this.#timer.now());
    if (!this.#isCurrent(lease)) this.#timer.after(this.#options.protocol.delays.detect, () => this.#release(lease));
  }

  #takeBack(job: Job): void {
    job.losses++;
    const { retries } = this.#options.arm;
    const allowed = retries === 'none' ? 0 : retries === 'limited' ? this.#options.protocol.retries : Infinity;
    if (job.losses > allowed) this.#giveUp(job);
    else this.#waiting.unshift(job);
  }

  #takeJob(lease: Lease, failure?: string): void {
    const job = lease.job!;
    lease.account.leaves(this.#timer.now());
    lease.job = undefined;
    job.failure = failure;
    this.#giveUp(job);
  }

  get #noMoney(): string {
    const { budgetUsd } = this.#options.protocol;
    return `the budget of $${budgetUsd} does not cover a machine for it beside what is spent and set aside; raise budgetUsd`;
  }

  #isCurrent(lease: Lease): boolean {
    return this.#slots[lease.account.slot] === lease;
  }

  #release(lease: Lease): void {
    if (lease.account.isClosed) return;
    this.#close(lease, this.#isCurrent(lease) ? 'released' : 'abandoned');
    if (this.#isCurrent(lease)) this.#slots[lease.account.slot] = undefined;
    lease.machine!.release();
  }

  #close(lease: Lease, end: MachineLease['end']): void {
    const now = this.#timer.now();
    lease.cancelRenewal();
    this.leases.push(lease.account.close(now, end));
    this.#live.delete(lease);
    this.#spend.settle(lease, now - lease.account.acquiredAt);
    this.#endedAt = Math.max(this.#endedAt, now);
  }

  /** Nothing is under way and nothing can be begun. */
  #endIfIdle(): void {
    if (this.#isOver) return;
    const isOpen = this.jobs.some(({ state }) => state !== 'done' && state !== 'given_up');
    if (!isOpen) return this.#end();
    // Without a machine, and without money for one, what waits has nothing to wait for.
    if (this.#slots.some((lease) => lease !== undefined) || this.#waiting.length === 0) return;
    for (const job of this.#waiting) job.failure = this.#noMoney;
    this.#end();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelHorizon();
    for (const lease of [...this.#live]) {
      if (lease.job && this.#isCurrent(lease)) this.#takeJob(lease);
      this.#release(lease);
    }
    for (const job of this.jobs) if (job.state !== 'done' && job.state !== 'given_up') this.#giveUp(job);
    this.#options.onEnd();
  }
}
