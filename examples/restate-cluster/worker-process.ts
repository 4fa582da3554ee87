import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TelemetryEvent } from 'durableflow';
import { endWithUs } from './restate-node.js';
import type { WorkerOrders } from './worker.js';

const script = fileURLToPath(new URL('worker.ts', import.meta.url));

/** A worker in a process of its own, which can be killed. */
export class WorkerProcess {
  readonly name: string;
  readonly pid: number;
  /** Everything that it has told so far. */
  readonly events: TelemetryEvent[] = [];
  /** Resolves when the server knows it. */
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;

  constructor(orders: WorkerOrders, onEvent: (event: TelemetryEvent) => void = () => {}) {
    const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(orders)], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.name = orders.name;
    this.pid = child.pid ?? 0;
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    this.ready = new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const event = JSON.parse(line) as TelemetryEvent | { readonly event: 'ready' };
        if (event.event === 'ready') return resolve();
        this.events.push(event);
        onEvent(event);
      });
      child.once('close', (code) => reject(new Error(`worker ${orders.name} ended (${code ?? 'killed'}). ${stderr.trim()}`)));
    });
    this.ready.catch(() => {});
    endWithUs(child);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
