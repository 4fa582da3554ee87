import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildProgram } from '../../sdk/cli/program.js';
import { processIo } from '../../sdk/cli/process-io.js';
import { call, callJson, database, temporaryFolder } from './terminal.js';

interface JsonError {
  readonly error: { readonly code: string; readonly message: string; readonly fix: string };
}

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  file = await database(join(folder, 'app.db'), async () => {});
});

const commands = buildProgram(processIo()).program.commands.filter((command) => !['help', 'complete-words'].includes(command.name()));

describe('help', () => {
  it('is printed by --help and the command help, and exits with 0', async () => {
    for (const argv of [['--help'], ['-h'], ['help']]) {
      const { out, err, exit } = await call(argv);
      expect([exit, err]).toEqual([0, '']);
      for (const command of commands) expect(out).toContain(command.name());
      expect(out).toContain('Exit codes:\n  0  done\n  1  an error');
    }
  });

  it.each(commands.map((command) => command.name()))('of %s teaches by example', async (name) => {
    const { out, exit } = await call([name, '--help'], { columns: 80 });
    expect(exit).toBe(0);
    expect(out).toMatch(new RegExp(`Examples:\\n  # .+\\n  \\$ durableflow .*${name}`));
    expect(out).toContain('--db <file>');
  });

  it('goes to stderr with an error if no command is given', async () => {
    const { out, err, exit } = await call([]);
    expect([out, exit]).toEqual(['', 2]);
    expect(err).toMatch(/^Usage: durableflow/);
    expect(err).toContain('error [CLI_USAGE]: no command is given');
    const json = await callJson<JsonError>([]);
    expect([json.data.error.code, json.exit]).toEqual(['CLI_USAGE', 2]);
  });

  it('has colours on a terminal only', async () => {
    expect((await call(['--help'])).out).not.toContain('\u001b');
    expect((await call(['--help'], { columns: 80, env: { NO_COLOR: '1' } })).out).not.toContain('\u001b');
    expect((await call(['--help'], { columns: 80 })).out).toContain('\u001b[1mUsage:');
  });

  it('tells the version', async () => {
    expect(await call(['--version'])).toMatchObject({ out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string, exit: 0 });
  });
});

describe('a wrong command line', () => {
  it.each([
    [['shwo', 'r-1'], "unknown command 'shwo'", 'Did you mean show?'],
    [['runs', '--limt', '3'], "unknown option '--limt'", 'Did you mean --limit?'],
    [['runs', '--limit', 'many'], 'It must be a whole number from 1.', 'See `durableflow --help`'],
    [['runs', '--status', 'sleeping'], 'Allowed choices are pending, running, waiting, in_doubt, completed', 'See `durableflow --help`'],
    [['show'], "missing required argument 'run'", 'See `durableflow --help`'],
    [['prune', '--older-than', '30'], 'It must be a number with its unit, such as 12h, 30d or 8w.', 'See `durableflow --help`'],
    [['prune', '--older-than', '-1d'], 'It must be a number with its unit', 'See `durableflow --help`'],
    [['fork', 'r-1'], "required option '--from <call>' not specified", 'See `durableflow --help`'],
    [['fork', 'r-1', '--from', 'last'], 'It must be a whole number', 'See `durableflow --help`'],
    [['signal', 'r-1'], "missing required argument 'name'", 'See `durableflow --help`'],
    [['signal', 'r-1', 'paid', '--payload', 'paid'], 'It must be JSON', 'See `durableflow --help`'],
    [['rerun', '--status', 'completed'], 'Allowed choices are failed, rejected, cancelled, diverged', 'See `durableflow --help`'],
    [['rerun', 'r-1', '--status', 'failed'], '--status and --workflow go without names of runs', 'See `durableflow --help`'],
    [['approve', '1', '--edit', '{}'], 'It must be a JSON array.', 'See `durableflow --help`'],
    [['approve', '1', '--edit', '[]'], '--edit and --app go together', 'See `durableflow --help`'],
    [['show', 'a', 'b'], 'too many arguments', 'See `durableflow --help`'],
    [['runs', '--db'], "option '--db <file>' argument missing", 'See `durableflow --help`'],
  ])('%j exits with 2 and says what to do', async (argv, what, fix) => {
    const { out, err, exit } = await call(argv);
    expect([out, exit]).toEqual(['', 2]);
    expect(err).toMatch(/^error \[CLI_USAGE\]: .+\nfix: .+\n$/);
    expect(err).toContain(what);
    expect(err).toContain(fix);
    const json = await call(['--json', ...argv]);
    const { error } = JSON.parse(json.out) as JsonError;
    expect([error.code, json.exit]).toEqual(['CLI_USAGE', 2]);
    expect(error.message).toContain(what);
  });
});

describe('the database', () => {
  // These try a project's agents, or a benchmark, or print a script, and ask for no database; the proxy makes its own.
  const withDatabase = commands.filter((command) => !['colony', 'completion', 'init', 'proxy', 'readiness'].includes(command.name()));

  it('is named by --db, before or after the command, or by DURABLEFLOW_DB', async () => {
    expect((await call(['--db', file, 'runs'])).exit).toBe(0);
    expect((await call(['runs', '--db', file])).exit).toBe(0);
    expect((await call(['runs'], { env: { DURABLEFLOW_DB: file } })).exit).toBe(0);
    expect((await call(['runs', '--db', file], { env: { DURABLEFLOW_DB: 'elsewhere' } })).exit).toBe(0);
  });

  it.each(withDatabase.map((command) => [command.name(), requiredArguments(command.name())]))(
    'must be named for %s',
    async (name, argv) => {
      const { err, exit } = await call([name, ...argv]);
      expect([err, exit]).toEqual([
        'error [CLI_NO_DATABASE]: no database is named\nfix: Give the database with --db FILE, or set DURABLEFLOW_DB.\n',
        2,
      ]);
    },
  );

  it.each(withDatabase.map((command) => [command.name(), requiredArguments(command.name())]))('is never made by %s', async (name, argv) => {
    const missing = join(folder, 'missing.db');
    const { data, exit } = await callJson<JsonError>(['--db', missing, name, ...argv]);
    expect([data.error.code, exit]).toEqual(['CLI_DATABASE_MISSING', 1]);
    expect(existsSync(missing)).toBe(false);
  });

  it.each([':memory:', ''])('is a file, not %j', async (name) => {
    expect((await call(['--db', name, 'runs'])).exit).not.toBe(0);
  });

  it('must be one of ours', async () => {
    const foreign = join(folder, 'notes.txt');
    await writeFile(foreign, 'no database at all');
    const { err, exit } = await call(['--db', foreign, 'runs']);
    expect([err.split(':')[0], exit]).toEqual(['error [DF_STORE_FOREIGN]', 1]);
    expect((await callJson<JsonError>(['--db', folder, 'runs'])).data.error.code).toBe('DF_STORE_UNAVAILABLE');
  });
});

describe('--debug', () => {
  it('adds the stack, which is not printed otherwise', async () => {
    const { err } = await call(['--db', file, '--debug', 'show', 'nobody']);
    expect(err).toMatch(/^error \[DF_UNKNOWN_RUN\].*\nfix: .*\nDurableFlowError: .*\n +at /);
    expect((await call(['--db', file, 'show', 'nobody'])).err).not.toContain(' at ');
  });

  it('shows the cause', async () => {
    const app = new URL(import.meta.url).pathname;
    const { err } = await call(['--db', file, '--debug', 'recover', '--app', app], { module: new SyntaxError('Unexpected token') });
    expect(err).toContain('caused by: SyntaxError: Unexpected token');
  });
});

/** As many arguments and options as the command needs to get to its work. */
function requiredArguments(name: string): string[] {
  const app = ['--app', new URL(import.meta.url).pathname];
  const known: Record<string, string[]> = {
    approve: ['1'],
    reject: ['1', '--reason', 'no'],
    show: ['r-1'],
    cancel: ['r-1'],
    resolve: ['r-1', '0', '--happened'],
    resume: ['r-1', ...app],
    recover: app,
    diff: ['r-1', 'r-2'],
    'export-history': ['r-1'],
    'import-history': [new URL(import.meta.url).pathname],
    fork: ['r-1', '--from', '0'],
    prune: ['--older-than', '30d'],
    signal: ['r-1', 'paid'],
    trace: ['r-1'],
  };
  return known[name] ?? [];
}
