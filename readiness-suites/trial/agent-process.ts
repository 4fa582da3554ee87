import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChildMessage, Job, ProcessStart, SupervisorMessage } from '../child/job.js';
import type { Loader } from './loader.js';
import { reapWithUs } from './reaper.js';

/** Who hears what a process says while it carries out a job. */
export interface ProcessListener {
  message(message: ChildMessage): void;
  stdout(text: string): void;
  stderr(text: string): void;
}

const boot = fileURLToPath(new URL('../child/boot.mjs', import.meta.url));
const main = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../child/main.ts' : '../child/main.js', import.meta.url));

/** A process with the code of one suite in it, in a process group of its own. It loads the code as soon as it is started. */
export class AgentProcess {
  /** Resolves when it is gone, with its exit code or the signal that ended it. */
  readonly gone: Promise<number | string>;
  readonly #process: ChildProcess;
  #listener: ProcessListener | undefined;
  #jobs = 0;
  /** What it said while nobody listened: why its code could not be loaded, for one. */
  #unheard: ((listener: ProcessListener) => void)[] = [];

  /** @param environment what it finds in its environment beside what there is */
  constructor(start: ProcessStart, loader: Loader, environment: Readonly<Record<string, string>> = {}) {
    const { NODE_OPTIONS: _, VITEST: _vitest, ...env } = process.env;
    this.#process = spawn(process.execPath, [...(loader.kind === 'tsx' ? ['--import', 'tsx'] : []), boot], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
      env: { ...env, ...environment, DURABLEFLOW_READINESS: '1' },
    });
    const { pid } = this.#process;
    const reaped = pid === undefined ? () => {} : reapWithUs(pid);
    const tell = (what: (listener: ProcessListener) => void) => (this.#listener ? what(this.#listener) : this.#unheard.push(what));
    this.#process.stdout!.setEncoding('utf8').on('data', (text: string) => tell((it) => it.stdout(text)));
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => tell((it) => it.stderr(text)));
    this.#process.on('message', (message: ChildMessage) => tell((it) => it.message(message)));
    this.#process.on('error', (error) => tell((it) => it.stderr(String(error))));
    this.gone = new Promise((resolve) => {
      this.#process.on('close', (code, signal) => {
        // What the agent has started goes with it.
        this.kill();
        reaped();
        resolve(signal ?? code ?? 'unknown');
      });
    });
    this.#process.send({ loader: { ...loader, main, entry: start.file }, start }, () => {});
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** It can be given something to do. */
  get isThere(): boolean {
    return this.#process.connected && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** It has been given something to do before. */
  get hasWorked(): boolean {
    return this.#jobs > 0;
  }

  /** From now on it is this one who hears what it says. */
  listen(listener: ProcessListener | undefined): void {
    this.#listener = listener;
    if (listener) for (const what of this.#unheard.splice(0)) what(listener);
  }

  begin(job: Job): void {
    this.#jobs++;
    this.#send(job);
  }

  answer(message: SupervisorMessage): void {
    this.#send(message);
  }

  #send(message: Job | SupervisorMessage): void {
    if (this.#process.connected) this.#process.send(message, () => {});
  }

  /** Kills it and all that it has started. */
  kill(): void {
    this.signal('SIGKILL');
  }

  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It is gone already.
    }
  }

  /** From now on no file can be written by it, as on a disk without space; the limit is one that it may lift itself. */
  fillDisk(): void {
    spawnSync('prlimit', ['--pid', String(this.#process.pid), '--fsize=0:'], { stdio: 'ignore' });
  }
}
