import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { environment, here, main, root, start, until } from './command-line-process.js';
import { Refund } from './support-app.js';
import { callJson, database, executesNothing, temporaryFolder } from './terminal.js';

const app = here('support-app.ts');

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  file = await database(join(folder, 'app.db'), async (flow) => {
    await (await flow.start(Refund, { customer: 'c-1', cents: 1200 }, { id: 'gate' })).settled();
  });
});

describe('the process', () => {
  it.concurrent('prints, and exits with the code of the help', async () => {
    const [runs, show, json, missing, usage] = await Promise.all([
      start(['runs'], { DURABLEFLOW_DB: file }),
      start(['--db', file, 'show', 'gate']),
      start(['--db', file, 'approvals', '--json']),
      start(['--db', file, 'show', 'nobody']),
      start(['rnus']),
    ]);
    expect(runs).toMatchObject({ out: expect.stringMatching(/^gate +refund v1 +waiting/m) as string, err: '', exit: 0 });
    expect(show).toMatchObject({ out: expect.stringContaining('waits for a decision on refund (approval 1)') as string, err: '', exit: 3 });
    expect(JSON.parse(json.out)).toMatchObject({ approvals: [{ id: 1, args: [{ id: 'c-1' }, { customer: 'c-1', cents: 1200 }] }] });
    expect(missing).toMatchObject({ out: '', err: expect.stringMatching(/^error \[DF_UNKNOWN_RUN\]: .*\nfix: .*\n$/) as string, exit: 1 });
    expect(usage).toMatchObject({ out: '', err: "error [CLI_USAGE]: unknown command 'rnus'\nfix: Did you mean runs?\n", exit: 2 });
  });

  it('loads neither the engine nor SQLite for its help', async () => {
    const script = `
      process.argv.splice(1, 0, 'durableflow');
      process.on('exit', () => {
        const native = process.report.getReport().sharedObjects.filter((it) => it.includes('better_sqlite3'));
        console.error(JSON.stringify({ native }));
      });
      await import(${JSON.stringify(main[2])});`;
    const run = (...argv: string[]) =>
      spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, '--', ...argv], {
        cwd: root,
        env: environment,
        encoding: 'utf8',
      });
    expect(run('--help').stderr).toBe('{"native":[]}\n');
    expect(run('--db', file, 'runs').stderr).toContain('better_sqlite3');
  });
});

describe('recover', () => {
  it('finishes a run whose process was killed, and repeats only the step that was under way', async () => {
    const db = join(folder, 'killed.db');
    const log = join(folder, 'log');
    const child = spawn(process.execPath, ['--import', 'tsx', here('start-counter-process.ts'), db, log], { cwd: root, env: environment });
    await until(async () => (await readFile(log, 'utf8')).includes('3\n'));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { out, err, exit } = await start(['--db', db, 'recover', '--app', app]);
    expect([out, err, exit]).toEqual([expect.stringMatching(/^completed killed \(counter v1, after .*\)\n1 taken up\.\n$/), '', 0]);
    expect(await readFile(log, 'utf8')).toBe('1\n2\n3\n3\n4\n');
    const { data } = await callJson<{ run: Record<string, unknown> }>(['--db', db, 'show', 'killed']);
    expect(data.run).toMatchObject({ output: 10, claims: 2 });
  });

  it('stays as a worker with --watch until SIGTERM', async () => {
    const db = await database(
      join(folder, 'watch.db'),
      (flow) => flow.start(Refund, { customer: 'c-1', cents: 5 }, { id: 'late' }),
      executesNothing,
    );
    const child = spawn(process.execPath, [...main, '--db', db, 'recover', '--app', app, '--watch'], { cwd: root, env: environment });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    const ended = once(child, 'close');
    await until(async () => out.includes('waiting late'));
    await callJson(['--db', db, 'approve', '1']);
    await until(async () => out.includes('completed late'));
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(out).toMatch(
      /^At work on .*\nwaiting late .*\ncompleted late \(refund v1, after .*\)\nStopped\. Runs ended or came to rest 2 times here\.\n$/,
    );
  });

  it.concurrent('takes JavaScript, and says what is wrong with a module', async () => {
    const db = await database(join(folder, 'modules.db'), async () => {});
    const module = async (name: string, text: string) => {
      await writeFile(join(folder, name), text);
      return start(['--db', db, 'recover', '--app', join(folder, name)]);
    };
    const [good, empty, broken] = await Promise.all([
      module('good.mjs', 'export function register(flow) { if (!flow.register) throw new Error("no flow"); }'),
      module('empty.mts', 'export const registr: string = "";'),
      module('broken.mjs', 'export function {'),
    ]);
    expect(good).toEqual({ out: 'No run was left behind.\n', err: '', exit: 0 });
    expect([empty.err.split(':')[0], empty.exit]).toEqual(['error [CLI_APP_INVALID]', 1]);
    expect([broken.err.split(':')[0], broken.exit]).toEqual(['error [CLI_APP_FAILED]', 1]);
  });
});
