import { endOfOutput, threwExitCode, type ChildMessage, type Job } from '../child/job.js';
import type { TokenCount } from '../child/known-counts.js';
import type { PrefixReplay } from '../child/replay-prefixes.js';
import type { AgentProcess } from './agent-process.js';
import { OutputUntilMark } from './output-until-mark.js';

/** How a job ended. */
export interface ChildEnd {
  /** The exit code of its process, or the signal that ended it. Where a process stays, the code that it would have ended with. */
  readonly exit: number | string;
  readonly durationMs: number;
  /** It was still at work at the deadline, and was killed. */
  readonly hung: boolean;
  /** The process is still there, and nothing of the job is left in it. */
  readonly isClean: boolean;
}

/** Loading code is not the agent's work, but it may not take for ever. */
const loadingDeadlineMs = 60_000;
const keptOutput = 256 * 1024;
/** A process that says that it is done has written all that it writes. */
const outputDeadlineMs = 2000;

/** One job of a process: what it says until it is done, or the process is gone. */
export class Child {
  /** Resolves when the job is done and all of its output has come, or the process is gone. */
  readonly ended: Promise<ChildEnd>;
  readonly #process: AgentProcess;
  readonly #begin = performance.now();
  readonly #deadlineMs: number;
  /** Which writes to the engine's file it has made, if it was asked. */
  writes: readonly string[] | undefined;
  /** What it has replayed, if that was its job. */
  replays: readonly PrefixReplay[] | undefined;
  /** How many tokens texts have that it was the first to count. */
  counts: readonly TokenCount[] = [];
  #stderr = '';
  #output = '';
  #hung = false;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #outputs = { stdout: new OutputUntilMark(endOfOutput), stderr: new OutputUntilMark(endOfOutput) };
  #done: Extract<ChildMessage, { type: 'ended' }> | undefined;
  #end!: (exit: number | string, isClean: boolean) => void;

  /**
   * @param onParked asked when the run waits for somebody; true if somebody has decided
   * @param onServing told at which port it can be given work, if it is the engine that gives it
   * @param deadlineMs how long the agent may work, from the moment when its code is loaded
   */
  constructor(process: AgentProcess, job: Job, deadlineMs: number, onParked: () => Promise<boolean>, onServing: (port: number) => void) {
    this.#process = process;
    this.#deadlineMs = deadlineMs;
    this.ended = new Promise((resolve) => {
      this.#end = (exit, isClean) => {
        if (this.#isOver) return;
        this.#isOver = true;
        clearTimeout(this.#timer);
        process.listen(undefined);
        // Whatever is left behind in it, nobody else may meet it.
        if (!isClean) process.kill();
        resolve({ exit, durationMs: Math.round(performance.now() - this.#begin), hung: this.#hung, isClean });
      };
    });
    this.#deadline(loadingDeadlineMs);
    process.listen({
      stdout: (text) => {
        this.#output = tail(this.#output + this.#outputs.stdout.take(text));
        this.#conclude();
      },
      stderr: (text) => {
        const heard = this.#outputs.stderr.take(text);
        this.#stderr = tail(this.#stderr + heard);
        this.#output = tail(this.#output + heard);
        this.#conclude();
      },
      message: (message) => {
        if (message.type === 'begun') this.#deadline(deadlineMs);
        if (message.type === 'serving') onServing(message.port);
        if (message.type === 'parked') void this.#decide(onParked, deadlineMs);
        if (message.type === 'ended') this.#finish(message);
      },
    });
    void process.gone.then((exit) => this.#end(exit, false));
    process.begin(job);
  }

  /** The end of what it has written to standard error. */
  get stderr(): string {
    return this.#stderr;
  }

  /** All that it has written to standard output and standard error, or the end of it. */
  get output(): string {
    return this.#output;
  }

  /** Kills its process and all that it has started, unless the job is done. */
  kill(): void {
    if (!this.#isOver) this.#process.kill();
  }

  /** Stops it where it is, for as long as it takes. */
  freeze(): void {
    clearTimeout(this.#timer);
    this.#process.signal('SIGSTOP');
  }

  /** Lets it go on, with as much time as at the beginning. */
  thaw(): void {
    this.#deadline(this.#deadlineMs);
    this.#process.signal('SIGCONT');
  }

  fillDisk(): void {
    this.#process.fillDisk();
  }

  #deadline(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#hung = true;
      this.kill();
    }, ms);
  }

  async #decide(onParked: () => Promise<boolean>, deadlineMs: number): Promise<void> {
    // Waiting for people is no fault of the agent.
    clearTimeout(this.#timer);
    const decided = await onParked().catch(() => false);
    if (this.#isOver) return;
    this.#deadline(deadlineMs);
    this.#process.answer({ type: decided ? 'continue' : 'stop' });
  }

  #finish(done: Extract<ChildMessage, { type: 'ended' }>): void {
    this.#done = done;
    [this.writes, this.replays, this.counts] = [done.writes, done.replays, done.counts];
    // A process that ends with its job says so by its exit code.
    if (!done.leftovers) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(exitOf(done), false), outputDeadlineMs);
    this.#conclude();
  }

  #conclude(): void {
    const done = this.#done;
    if (!done?.leftovers || !this.#outputs.stdout.isComplete || !this.#outputs.stderr.isComplete) return;
    this.#end(exitOf(done), done.leftovers.length === 0);
  }
}

const exitOf = ({ threw }: Extract<ChildMessage, { type: 'ended' }>) => (threw ? threwExitCode : 0);
const tail = (text: string) => text.slice(-keptOutput);
