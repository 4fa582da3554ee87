import type { ProcessStart } from '../child/job.js';
import type { TokenCount } from '../child/known-counts.js';
import type { Arm } from '../evidence.js';
import { AgentProcess } from './agent-process.js';
import type { TrialGround } from './run-trial.js';

/** More texts than this take longer to hand over than to count. */
const mostCounts = 5000;

/** What a process must be like, beside its arm. */
export interface ProcessNeeds {
  /** It may have done nothing before and does nothing afterwards. */
  readonly ownProcess: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly anotherDay?: boolean;
}

/**
 * The processes of one suite. One whose job was done and has left nothing behind may do another, as a worker in production
 * does; each arm has its own ones. Whoever was killed, hung, threw or has left anything behind never works again.
 */
export class ProcessPool {
  readonly #ground: Pick<TrialGround, 'file' | 'ordinal' | 'named' | 'modelApi' | 'loader'>;
  readonly #idle: Record<Arm, AgentProcess[]> = { naked: [], durable: [] };
  /** Whether processes of an arm may stay. */
  readonly #stays: Record<Arm, boolean> = { naked: false, durable: false };
  readonly #counts: TokenCount[] = [];
  #isClosed = false;

  constructor(ground: Pick<TrialGround, 'file' | 'ordinal' | 'named' | 'modelApi' | 'loader'>) {
    this.#ground = ground;
  }

  /** From now on processes of this arm may do more than one job, or no longer. */
  letStay(arm: Arm, stays: boolean): void {
    this.#stays[arm] = stays;
    if (!stays) for (const it of this.#idle[arm].splice(0)) it.kill();
  }

  /** Begins to load the code for a process that is going to be needed. */
  prestart(arm: Arm): void {
    this.#idle[arm].push(this.#start({ ownProcess: false }));
  }

  /** A process for one job, and whether it may stay after it. */
  take(arm: Arm, needs: ProcessNeeds): { readonly process: AgentProcess; readonly mayStay: boolean } {
    if (needs.ownProcess) return { process: this.#start(needs), mayStay: false };
    let process = this.#idle[arm].pop();
    while (process && !process.isThere) process = this.#idle[arm].pop();
    return { process: process ?? this.#start(needs), mayStay: this.#stays[arm] };
  }

  /** Takes back a process in which nothing is left of its job. */
  giveBack(arm: Arm, process: AgentProcess): void {
    if (this.#isClosed || !this.#stays[arm]) return process.kill();
    this.#idle[arm].push(process);
  }

  /** What one process has counted, those that are started later need not count. */
  learn(counts: readonly TokenCount[]): void {
    if (this.#counts.length < mostCounts) this.#counts.push(...counts);
  }

  /** Ends all processes that have nothing to do; the others are not taken back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const idle = [...this.#idle.naked.splice(0), ...this.#idle.durable.splice(0)];
    for (const it of idle) it.kill();
    await Promise.all(idle.map(({ gone }) => gone));
  }

  #start({ environment, anotherDay = false }: ProcessNeeds): AgentProcess {
    const { file, ordinal, named, modelApi, loader } = this.#ground;
    const start: ProcessStart = { file, ordinal, named, modelApi, anotherDay, counts: this.#counts };
    return new AgentProcess(start, loader, environment);
  }
}
