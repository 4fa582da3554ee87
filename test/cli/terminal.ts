import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { afterAll } from 'vitest';
import type { CliIo } from '../../sdk/cli/cli-io.js';
import { runCli } from '../../sdk/cli/program.js';
import type { Prompts } from '../../sdk/cli/prompts.js';
import { register } from './support-app.js';

/** What a call of the command line has printed, and its exit code. */
export interface Printed {
  readonly out: string;
  readonly err: string;
  readonly exit: number;
}

/** The parts of a terminal that a test wants otherwise than usual. */
export interface TerminalOptions {
  readonly env?: Record<string, string>;
  /** A terminal with so many columns; a pipe if absent. */
  readonly columns?: number;
  readonly user?: string | undefined;
  readonly prompts?: Prompts;
  readonly module?: unknown;
  readonly stopped?: Promise<void>;
  readonly now?: Date;
  onOutput?(text: string): void;
}

/** Calls the command line in this process. */
export async function call(argv: readonly string[], options: TerminalOptions = {}): Promise<Printed> {
  const { columns, module, prompts, stopped = new Promise<void>(() => {}) } = options;
  const printed = { out: '', err: '' };
  const isTTY = columns !== undefined;
  const output = (name: 'out' | 'err') => ({
    isTTY,
    columns,
    write: (text: string) => {
      printed[name] += text;
      if (name === 'out') options.onOutput?.(text);
    },
  });
  const io: CliIo = {
    stdin: { isTTY },
    stdout: output('out'),
    stderr: output('err'),
    env: options.env ?? {},
    now: () => options.now ?? new Date(),
    user: () => ('user' in options ? options.user : 'ada'),
    prompts: async () => prompts!,
    loadModule: async () => {
      if (module instanceof Error) throw module;
      return module ?? { register };
    },
    stopped: () => stopped,
  };
  const exit = await runCli(argv, io);
  return { ...printed, exit };
}

/** Calls it with `--json` and reads what it prints, which the caller says the type of. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export async function callJson<T>(argv: readonly string[], options?: TerminalOptions): Promise<{ data: T; exit: number }> {
  const { out, exit } = await call([...argv, '--json'], options);
  return { data: JSON.parse(out) as T, exit };
}

/** A folder that is gone when the tests of the file are over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'durableflow-cli-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Fills a database with the runs that `fill` starts; each run has ended or waits when it returns. */
export async function database(file: string, fill: (flow: DurableFlow) => Promise<unknown>, options = {}): Promise<string> {
  const flow = await DurableFlow.open(file, options);
  register(flow);
  try {
    await fill(flow);
  } finally {
    await flow.close();
  }
  return file;
}

/** Options under which a flow starts runs and executes none: they are left behind as pending. */
export const executesNothing = { maxConcurrentRuns: 0 };
