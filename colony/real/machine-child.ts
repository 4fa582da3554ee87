import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { reapWithUs } from '../../readiness-suites/trial/reaper.js';
import { processOf } from '../../sdk/runtime/index.js';
import type { ProcessCode } from './batch-spec.js';
import type { ProcessIdentity } from './controller-log.js';
import { heartbeatFd } from './heartbeat.js';
import type { ControllerMessage, MachineMessage } from './machine-messages.js';

export interface MachineChildOptions {
  readonly code: ProcessCode;
  readonly folder: string;
  readonly reaper: boolean;
  readonly onMessage: (message: MachineMessage) => void;
  /** It lives. */
  readonly onBeat: () => void;
  /** It is gone, and all that it has said was heard. */
  readonly onGone: () => void;
}

/** Where a file ends for a process on a disk that is full: after what the world outside has received, before the pages of the engine. */
const fullAtBytes = 48 * 1024;
const keptStderr = 4096;

/** For the last words of a process that has ended, in milliseconds. */
const patienceMs = 1000;

/** The process of a machine, in a group of its own with all that it starts. */
export class MachineChild {
  readonly identity: ProcessIdentity | undefined;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
  readonly #process: ChildProcess;
  #stderr = '';

  constructor({ code, folder, reaper, onMessage, onBeat, onGone }: MachineChildOptions) {
    const { NODE_OPTIONS: _, VITEST: _vitest, ...env } = process.env;
    this.#process = spawn(process.execPath, [...code.execArgv, code.file, folder], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
      detached: true,
      env,
    });
    const { pid } = this.#process;
    const reaped = pid !== undefined && reaper ? reapWithUs(pid) : () => {};
    this.identity = pid === undefined ? undefined : processOf(pid);
    this.#process.stderr!.on('data', (chunk: Buffer) => (this.#stderr = (this.#stderr + chunk.toString()).slice(-keptStderr)));
    this.#process.on('error', (error) => (this.#stderr += String(error)));
    this.#process.on('message', onMessage);
    (this.#process.stdio[heartbeatFd] as Readable).on('data', onBeat).on('error', () => {});
    const exited = new Promise<void>((resolve) => {
      this.#process.once('exit', () => resolve());
      this.#process.once('error', () => pid === undefined && resolve());
    });
    // The channel closes behind the last message.
    const silent = new Promise<void>((resolve) => (pid === undefined ? resolve() : this.#process.once('disconnect', resolve)));
    const heardOut = exited.then(() => Promise.race([silent, sleep(patienceMs, undefined, { ref: false })]));
    this.gone = heardOut.then(() => {
      // What it has started goes with it.
      this.kill();
      reaped();
      onGone();
    });
  }

  /** The end of what it has written to standard error. */
  get stderr(): string {
    return this.#stderr.trim();
  }

  send(message: ControllerMessage): void {
    if (this.#process.connected) this.#process.send(message, () => {});
  }

  /** Ends it and all that it has started. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  stop(): void {
    this.#signal('SIGSTOP');
  }

  goOn(): void {
    this.#signal('SIGCONT');
  }

  /** From now on the engine's file cannot be written by it, as on a disk without space; or can again. */
  setDiskFull(isFull: boolean): void {
    const limit = isFull ? fullAtBytes : 'unlimited';
    spawnSync('prlimit', ['--pid', String(this.#process.pid), `--fsize=${limit}:`], { stdio: 'ignore' });
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
}
