import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { RunStatus } from 'durableflow';
import type { Death } from './outside.js';

/** What a process of its own is to do: execute one run of the learner's class. */
export interface Errand {
  /** The learner's file, and the class that it exports. */
  readonly file: string;
  readonly className: string;
  /** The module whose `world(outside)` makes what the class is constructed with. */
  readonly world: string;
  readonly db: string;
  /** The file of the world outside. */
  readonly log: string;
  readonly input: unknown;
  readonly death?: Death;
}

/** How it ended: killed, or with a run that ended or waits. */
export type Ending =
  | { readonly killed: true; readonly status?: undefined; readonly output?: undefined; readonly error?: undefined }
  | { readonly killed: false; readonly status: RunStatus; readonly output: unknown; readonly error: string | undefined };

/** The id of the run of every errand. */
export const runId = 'run-1';

const script = join(import.meta.dirname, 'errand-process.ts');
const root = join(import.meta.dirname, '../../..');

/** Does the errand in a process of its own, which may be killed on the way. */
export async function runInProcess(errand: Errand): Promise<Ending> {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', script, JSON.stringify(errand)],
      { cwd: root, env, timeout: 50_000, killSignal: 'SIGTERM' },
      (error, stdout, stderr) => {
        if (error?.signal === 'SIGKILL') resolve({ killed: true });
        else if (error) reject(new Error(stderr.trim() || error.message));
        else
          resolve({
            killed: false,
            ...(JSON.parse(stdout.split('\n').at(-2) ?? '') as { status: RunStatus; output: unknown; error: string | undefined }),
          });
      },
    );
  });
}
