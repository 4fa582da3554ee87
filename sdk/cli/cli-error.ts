import type { Exit } from './exit-codes.js';

/** The errors that only the command line knows, by code; those of the engine keep their own. */
const fixes = {
  CLI_USAGE: 'See `durableflow --help`, or `durableflow COMMAND --help`.',
  CLI_NO_DATABASE: 'Give the database with --db FILE, or set DURABLEFLOW_DB.',
  CLI_DATABASE_MISSING: 'Check the path. The command line never makes a database; your program does, with DurableFlow.open(FILE).',
  CLI_NO_TERMINAL: 'Call it in a terminal, without --json.',
  CLI_FILE_FAILED: 'Check the path and its permissions. A file that exists is never overwritten.',
  CLI_APP_MISSING: 'Check the path given with --app; it is relative to the working directory.',
  CLI_APP_INVALID: 'Export a function `register(flow)` that calls flow.register(Class, factory) for each workflow class.',
  CLI_APP_FAILED:
    'Mend the module. If it cannot be loaded at all: it must be an ES module ("type": "module" in package.json, or .mjs / .mts).',
  CLI_NOTHING_SAVED: 'Put a backup in its place. The damaged file was not touched.',
  CLI_WORKERS_ONLY: 'Start a worker, serve(flow, { advertise }): the server hands it what can go on, whatever became of the worker before.',
  CLI_TSX_MISSING: 'Install tsx beside durableflow (`npm install --save-dev tsx`), or give the compiled .js file.',
  CLI_VITEST_MISSING: 'Install it in the project (`npm install --save-dev vitest`), and call the command from there.',
  CLI_VITEST_OLD: 'Update it (`npm install --save-dev vitest@^4.1`), and call the command again.',
  CLI_NO_PROJECT: 'Call it in the folder of a project. `npm init -y && npm pkg set type=module` makes one.',
  CLI_CLASS_UNREADABLE: 'Name the file that exports the workflow class, as in --class src/refunds.ts#Refunds.',
  CLI_INSTALL_FAILED: 'See what the package manager has printed; the files are written, so the rest is to install the packages.',
  CLI_NO_SUITE: 'Declare one with describe.readiness(AgentClass, …) in a test file, or name the files.',
  CLI_NO_VERDICT: 'Put readiness() of durableflow/readiness into plugins of your vitest.config, and see what Vitest has printed.',
  CLI_UNEXPECTED: 'Run it again with --debug and report what it prints.',
} as const satisfies Record<`CLI_${string}`, string>;

export type CliErrorCode = keyof typeof fixes;

const usageErrors: readonly CliErrorCode[] = [
  'CLI_USAGE',
  'CLI_NO_DATABASE',
  'CLI_NO_TERMINAL',
  'CLI_WORKERS_ONLY',
  'CLI_VITEST_MISSING',
  'CLI_NO_SUITE',
  'CLI_NO_PROJECT',
];

/** An error of the command line itself: one line on what is wrong, one on what to do. */
export class CliError extends Error {
  readonly code: CliErrorCode;
  readonly fix: string;

  constructor(code: CliErrorCode, what: string, options?: { readonly cause?: unknown; readonly fix?: string }) {
    super(what, options && 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.fix = options?.fix ?? fixes[code];
  }

  override get name(): string {
    return 'CliError';
  }

  get exit(): Exit {
    if (this.code === 'CLI_NO_VERDICT') return 'harnessError';
    return usageErrors.includes(this.code) ? 'usage' : 'error';
  }
}
