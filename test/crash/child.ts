import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll } from 'vitest';
import type { TelemetryEvent } from 'durableflow';
import type { WorkerReport } from './worker.js';

type Line = TelemetryEvent | WorkerReport;

const root = fileURLToPath(new URL('../..', import.meta.url));
const living = new Set<ChildProcess>();
/** By the source of the worker. */
const scripts = new Map<string, Promise<string>>();

afterAll(async () => {
  for (const child of living) child.kill('SIGKILL');
  for (const script of scripts.values()) await rm(join(await script, '..'), { recursive: true, force: true });
});

/** The worker as one file of plain JavaScript: hundreds of processes are started, and most of their time would go into transforms. */
async function bundle(worker: string): Promise<string> {
  const cache = join(root, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const outDir = await mkdtemp(join(cache, 'durableflow-crash-'));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { tsconfigPaths: true },
    oxc: { decorator: { legacy: true } },
    build: { ssr: worker, outDir, target: 'node20', rolldownOptions: { output: { entryFileNames: 'worker.mjs' } } },
  });
  return join(outDir, 'worker.mjs');
}

/** A worker in a process of its own. What it does not survive of the test file, it is killed by. */
export class Child {
  readonly pid: number;
  /** What it has printed so far: events, and last its report. */
  readonly lines: Line[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<[number | null, NodeJS.Signals | null]>;
  #stderr = '';

  /** @param worker the source of a script that takes its orders as JSON, and prints events and last a report */
  static async start(orders: object, worker = 'test/crash/worker.ts'): Promise<Child> {
    const script = scripts.get(worker) ?? bundle(worker);
    scripts.set(worker, script);
    return new Child(await script, orders);
  }

  private constructor(path: string, orders: object) {
    const child = spawn(process.execPath, [path, JSON.stringify(orders)], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.pid = child.pid!;
    living.add(child);
    this.#ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    void this.#ended.then(() => living.delete(child));
    child.stderr.on('data', (chunk) => (this.#stderr += String(chunk)));
    createInterface({ input: child.stdout }).on('line', (line) => this.lines.push(JSON.parse(line) as Line));
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** The signal that ended it; undefined if it came to its own end. Throws if that was an error. */
  async ended(): Promise<string | undefined> {
    const [code, signal] = await this.#ended;
    if (signal) return signal;
    if (code !== 0) throw new Error(`the child ended with exit code ${code}: ${this.#stderr}`);
    return undefined;
  }

  /** Lets it come to its end, which must be a good one. */
  async report(): Promise<WorkerReport> {
    const signal = await this.ended();
    const report = this.lines.at(-1);
    if (signal || !report || !('writes' in report)) throw new Error(`the child left no report (${signal ?? 'no signal'})`);
    return report;
  }

  /** The events of this name that it has told of. */
  told<Name extends TelemetryEvent['event']>(name: Name): Extract<TelemetryEvent, { event: Name }>[] {
    return this.lines.filter((line): line is Extract<TelemetryEvent, { event: Name }> => 'event' in line && line.event === name);
  }
}
