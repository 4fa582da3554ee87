import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TelemetryEvent } from 'durableflow';
import type { Stage } from './stage.js';

/** A real process that works at the desk, and can be killed. */
export class WorkerProcess {
  readonly pid: number;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<readonly [code: number | null, signal: string | null]>;
  #stderr = '';

  constructor(script: string, stage: Stage, onEvent: (event: TelemetryEvent) => void) {
    const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(stage)], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    // It may be dead already when it is told to begin.
    child.stdin.on('error', () => {});
    this.pid = child.pid ?? 0;
    this.#ended = once(child, 'close') as Promise<[number | null, string | null]>;
    child.stderr.on('data', (chunk) => (this.#stderr += String(chunk)));
    createInterface({ input: child.stdout }).on('line', (line) => onEvent(JSON.parse(line) as TelemetryEvent));
    // Whoever stops the story stops its processes.
    process.once('exit', () => child.kill('SIGKILL'));
  }

  /** Lets it open the file and begin. */
  begin(): void {
    this.#child.stdin.write('begin\n');
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
