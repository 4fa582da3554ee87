import { spawn, type ChildProcess } from 'node:child_process';
import type { OrderInput } from './order.js';
import type { WorkerMessage, WorkerOrders } from './worker-process.js';

/** A place for a worker's process: whenever it ends, another one is started in its place, until it is closed. */
export class Worker {
  readonly #script: string;
  readonly #orders: WorkerOrders;
  readonly #onMessage: (message: WorkerMessage) => void;
  readonly #onFault: (what: string) => void;
  #child: ChildProcess;
  #isReady = false;
  #isClosed = false;

  /**
   * @param onMessage what the process tells
   * @param onFault told if it ends by itself
   */
  constructor(script: string, orders: WorkerOrders, onMessage: (message: WorkerMessage) => void, onFault: (what: string) => void) {
    this.#script = script;
    this.#orders = orders;
    this.#onMessage = onMessage;
    this.#onFault = onFault;
    this.#child = this.#spawn();
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Whether it takes orders. */
  get isReady(): boolean {
    return this.#isReady;
  }

  start(order: OrderInput): void {
    this.#child.send(order, () => {
      // It may be killed at any moment; whoever gets no answer asks another one.
    });
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    if (signal === 'SIGKILL') this.#isReady = false;
    this.#child.kill(signal);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }

  #spawn(): ChildProcess {
    const child = spawn(process.execPath, ['--no-warnings', this.#script, JSON.stringify(this.#orders)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    let stderr = '';
    child.stderr!.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-4000)));
    child.on('message', (message: WorkerMessage) => {
      if (message.kind === 'ready') this.#isReady = true;
      this.#onMessage(message);
    });
    child.once('close', (code, signal) => {
      this.#isReady = false;
      if (this.#isClosed) return;
      if (signal !== 'SIGKILL') this.#onFault(`a worker ended by itself (${signal ?? code}): ${stderr}`);
      this.#child = this.#spawn();
    });
    return child;
  }
}
