import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChildMessage, Job, SupervisorMessage } from '../child/job.js';
import type { PrefixReplay } from '../child/replay-prefixes.js';
import { reapWithUs } from './reaper.js';

/** How a trial's process gets at the code of the suite. */
export interface Loader {
  /** From the Vite server of the test run, or by Node with the `tsx` loader. */
  readonly kind: 'vite' | 'tsx';
  /** Where the modules are served; the file of Vite's module runner. */
  readonly url?: string;
  readonly runner?: string;
  /** What stands in for Vitest, and under which global names. */
  readonly inert: string;
  readonly globals: readonly string[];
}

/** How a process ended. */
export interface ChildEnd {
  readonly exit: number | string;
  readonly durationMs: number;
  /** It was still at work at the deadline, and was killed. */
  readonly hung: boolean;
}

/** The exit code of an agent that threw; see `boot.mjs`. */
export const threwExitCode = 70;

/** Loading code is not the agent's work, but it may not take for ever. */
const loadingDeadlineMs = 60_000;
const keptOutput = 256 * 1024;

const boot = fileURLToPath(new URL('../child/boot.mjs', import.meta.url));
const main = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../child/main.ts' : '../child/main.js', import.meta.url));

/** One process of a trial, in a process group of its own. */
export class Child {
  /** Resolves when the process is gone. */
  readonly ended: Promise<ChildEnd>;
  readonly #process: ChildProcess;
  readonly #begin = performance.now();
  readonly #deadlineMs: number;
  /** Which writes to the engine's file it has made, if it was asked. */
  writes: readonly string[] | undefined;
  /** What it has replayed, if that was its job. */
  replays: readonly PrefixReplay[] | undefined;
  #stderr = '';
  #output = '';
  #hung = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param onParked asked when the run waits for somebody; true if somebody has decided
   * @param environment what it finds in its environment beside what there is
   * @param deadlineMs how long the agent may work, from the moment when its code is loaded
   */
  constructor(
    job: Job,
    loader: Loader,
    environment: Readonly<Record<string, string>>,
    deadlineMs: number,
    onParked: () => Promise<boolean>,
  ) {
    this.#deadlineMs = deadlineMs;
    const { NODE_OPTIONS: _, VITEST: _vitest, ...env } = process.env;
    this.#process = spawn(process.execPath, [...(loader.kind === 'tsx' ? ['--import', 'tsx'] : []), boot], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
      env: { ...env, ...environment, DURABLEFLOW_READINESS: '1' },
    });
    const { pid } = this.#process;
    const reaped = pid === undefined ? () => {} : reapWithUs(pid);
    this.#process.stdout!.on('data', (chunk: Buffer) => (this.#output = tail(this.#output + chunk.toString())));
    this.#process.stderr!.on('data', (chunk: Buffer) => {
      this.#stderr = tail(this.#stderr + chunk.toString());
      this.#output = tail(this.#output + chunk.toString());
    });
    this.#deadline(loadingDeadlineMs);
    this.#process.on('message', (message: ChildMessage) => {
      if (message.type === 'begun') this.#deadline(deadlineMs);
      if (message.type === 'parked') void this.#decide(onParked, deadlineMs);
      if (message.type === 'ended') [this.writes, this.replays] = [message.writes, message.replays];
    });
    this.ended = new Promise((resolve) => {
      this.#process.on('error', (error) => (this.#stderr += String(error)));
      this.#process.on('close', (code, signal) => {
        clearTimeout(this.#timer);
        // What the agent has started goes with it.
        this.kill();
        reaped();
        resolve({ exit: signal ?? code ?? 'unknown', durationMs: Math.round(performance.now() - this.#begin), hung: this.#hung });
      });
    });
    this.#process.send({ loader: { ...loader, main, entry: job.file }, job });
  }

  /** The end of what it has written to standard error. */
  get stderr(): string {
    return this.#stderr;
  }

  /** All that it has written to standard output and standard error, or the end of it. */
  get output(): string {
    return this.#output;
  }

  /** Kills it and all that it has started. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  /** Stops it where it is, for as long as it takes. */
  freeze(): void {
    clearTimeout(this.#timer);
    this.#signal('SIGSTOP');
  }

  /** Lets it go on, with as much time as at the beginning. */
  thaw(): void {
    this.#deadline(this.#deadlineMs);
    this.#signal('SIGCONT');
  }

  /** From now on no file can be written by it, as on a disk without space; the limit is one that it may lift itself. */
  fillDisk(): void {
    spawnSync('prlimit', ['--pid', String(this.#process.pid), '--fsize=0:'], { stdio: 'ignore' });
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It is gone already.
    }
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
    this.#deadline(deadlineMs);
    const answer: SupervisorMessage = { type: decided ? 'continue' : 'stop' };
    if (this.#process.connected) this.#process.send(answer, () => {});
  }
}

const tail = (text: string) => text.slice(-keptOutput);
