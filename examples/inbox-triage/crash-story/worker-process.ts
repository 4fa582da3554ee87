import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TelemetryEvent } from 'durableflow';
import type { Stage } from './stage.js';

const script = fileURLToPath(new URL('worker.ts', import.meta.url));

/** A real child process that triages, and can be killed. */
export class WorkerProcess {
  readonly pid: number;
  /** Everything that it has told so far. */
  readonly events: TelemetryEvent[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<readonly [code: number | null, signal: string | null]>;
  #stderr = '';

  constructor(stage: Stage, onEvent: (event: TelemetryEvent) => void) {
    const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(stage)], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.#ended = once(child, 'close') as Promise<[number | null, string | null]>;
    child.stderr.on('data', (chunk) => (this.#stderr += String(chunk)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as TelemetryEvent;
      this.events.push(event);
      onEvent(event);
    });
    // Whoever stops the story stops its processes.
    process.once('exit', () => child.kill('SIGKILL'));
  }

  /** The hardest way to end a process: it cannot be caught, and nothing is flushed. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Resolves when it is gone. Throws if it did not go the way that was meant. */
  async ended(way: 'done' | 'killed'): Promise<void> {
    const [code, signal] = await this.#ended;
    if (way === 'killed' ? signal === 'SIGKILL' : code === 0) return;
    throw new Error(`process ${this.pid} ended by itself (${signal ?? `exit code ${code}`}), which was not meant. ${this.#stderr.trim()}`);
  }
}
