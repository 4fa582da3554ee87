import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { DurableFlowError } from '../../sdk/errors/index.js';
import { forgetServices } from '../../readiness-suites/engine/forget-services.js';
import { batchFiles, serverHeaders, type BatchSpec, type ProcessCode } from './batch-spec.js';
import { ControllerLog } from './controller-log.js';
import type { ControllerWord } from './controller-process.js';
import { endProcess } from './end-process.js';
import { readFronts } from './front-writers.js';
import type { BatchOutcome, BatchProgress } from './real-batch.js';

export interface Supervision {
  readonly folder: string;
  readonly spec: BatchSpec;
  readonly controller: ProcessCode;
  /** The controller is killed when so many entries are in its log: each of these is one kill. */
  readonly controllerKills?: readonly number[] | undefined;
  readonly onProgress?: ((progress: BatchProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Controllers that may die without having been killed on purpose. */
const unexpectedDeaths = 2;
/** For starting controllers, and for ending machines, beyond the horizon of the batch, in milliseconds. */
const extraMs = 60_000;
/** How often to look whether the controller has come to where it is killed, in milliseconds. */
const watchMs = 2;

/**
 * Runs one batch under a controller of its own, starts another one when that is killed, and returns what came of it. Rejects with
 * `DF_COLONY_PROCESS`, and leaves no process behind, if the batch is stopped or cannot be run.
 */
export async function superviseBatch(supervision: Supervision): Promise<BatchOutcome> {
  const { folder, spec } = supervision;
  const files = batchFiles(folder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(files.spec, JSON.stringify(spec));
  const kills = [...(supervision.controllerKills ?? [])].sort((a, b) => a - b);
  const deadline = performance.now() + spec.protocol.horizon / 1000 + extraMs;
  let deaths = 0;
  try {
    for (;;) {
      supervision.signal?.throwIfAborted();
      const end = await oneController(supervision, { deadline, killAt: kills[0] });
      if (existsSync(files.outcome)) return JSON.parse(readFileSync(files.outcome, 'utf8')) as BatchOutcome;
      if (end.wasKilled) kills.shift();
      else if (end.signal === null || performance.now() > deadline || ++deaths > unexpectedDeaths) {
        const how = end.signal ?? `exit code ${end.code}`;
        throw new DurableFlowError('DF_COLONY_PROCESS', end.stderr || `the controller ended with ${how} and said nothing`);
      }
    }
  } finally {
    for (const entry of existsSync(files.log) ? ControllerLog.read(files.log) : [])
      if (entry.is === 'started') await endProcess(entry.process);
    const { server } = spec;
    if (server) await forgetServices({ ...server, headers: serverHeaders(), fronts: Object.values(readFronts(files.fronts)) });
  }
}

interface Orders {
  readonly deadline: number;
  /** Entries in the log. */
  readonly killAt: number | undefined;
}

interface ControllerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly wasKilled: boolean;
  readonly stderr: string;
}

function oneController({ folder, controller, signal, onProgress }: Supervision, { deadline, killAt }: Orders): Promise<ControllerEnd> {
  return new Promise((resolve, reject) => {
    const { NODE_OPTIONS: _, VITEST: _vitest, ...env } = process.env;
    const child = spawn(process.execPath, [...controller.execArgv, controller.file, folder], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env,
    });
    let [wasKilled, stderr] = [false, ''];
    const stop = () => child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), deadline - performance.now());
    signal?.addEventListener('abort', stop);
    child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('message', (word: ControllerWord) => {
      if (word.is === 'progress') onProgress?.(word.progress);
    });
    const watch =
      killAt === undefined
        ? undefined
        : setInterval(() => {
            if (!wasKilled && entriesIn(batchFiles(folder).log) >= killAt) wasKilled = child.kill('SIGKILL');
          }, watchMs);
    child.once('error', reject);
    child.once('close', (code, signalName) => {
      clearInterval(watch);
      clearTimeout(limit);
      signal?.removeEventListener('abort', stop);
      resolve({ code, signal: signalName, wasKilled: wasKilled && signalName === 'SIGKILL', stderr: stderr.trim() });
    });
  });
}

const entriesIn = (log: string) => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0);
