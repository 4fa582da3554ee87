import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ThreadMessage, ThreadOrders } from './fuzz-thread-process.js';
import { notedBytes, notedInput } from './noted-input.js';
import type { Finding } from './verdict.js';

export interface FuzzOptions {
  readonly target: string;
  readonly seed: number;
  readonly milliseconds: number;
  /** Read these and no others. */
  readonly inputs?: readonly string[];
}

export interface FuzzResult {
  readonly inputs: number;
  /** Inputs that led somewhere new, the valid ones included, and the places of the code that were reached. */
  readonly corpus: number;
  readonly places: number;
  readonly findings: readonly Finding[];
}

/** One input may take so long, and its thread so much memory. */
const limits = { milliseconds: 5000, megabytes: 512 };
const startUpMs = 60_000;

const script = new URL('fuzz-thread-process.ts', import.meta.url).href;

/** Reads inputs in a thread of its own, which is ended when it hangs or takes too much memory. */
export async function fuzz({ target, seed, milliseconds, inputs }: FuzzOptions): Promise<FuzzResult> {
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-fuzz-'));
  const noted = new SharedArrayBuffer(notedBytes);
  const workerData: ThreadOrders = { target, seed, milliseconds, inputs, folder, noted };
  const findings: Finding[] = [];
  let done = { inputs: 0, corpus: 0, places: 0 };
  const thread = new Worker(`import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(script)}); })`, {
    eval: true,
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: limits.megabytes },
  });
  let last = { number: -1, at: performance.now() };
  const watch = setInterval(() => {
    const { number } = notedInput(noted);
    if (number !== last.number) last = { number, at: performance.now() };
    if (performance.now() - last.at < (number === 0 ? startUpMs : limits.milliseconds)) return;
    clearInterval(watch);
    findings.push({ kind: 'hang', what: `it took more than ${limits.milliseconds / 1000} s`, input: notedInput(noted).input });
    void thread.terminate();
  }, 200);
  try {
    await new Promise<void>((resolve) => {
      thread.on('message', (message: ThreadMessage) => {
        if (message.kind === 'found') findings.push(message.finding);
        else {
          done = message;
          // What it has opened would keep it alive.
          void thread.terminate();
        }
      });
      thread.once('error', (error: Error & { code?: string }) => {
        const kind = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'error';
        findings.push({ kind, what: `the thread died: ${error.stack ?? error.message}`, input: notedInput(noted).input });
      });
      thread.once('exit', () => resolve());
    });
  } finally {
    clearInterval(watch);
    rmSync(folder, { recursive: true, force: true });
  }
  return { inputs: done.inputs || notedInput(noted).number, corpus: done.corpus, places: done.places, findings };
}
