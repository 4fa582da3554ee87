import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { environment, here, root, start, until } from './command-line-process.js';
import { Counter } from './support-app.js';
import { database, temporaryFolder } from './terminal.js';

const app = here('support-app.ts');

let folder: string;
beforeAll(async () => void (folder = await temporaryFolder()));

describe('doctor', () => {
  it('finds the run of a process that was killed, and what it says to type mends it', async () => {
    const db = join(folder, 'doctor.db');
    const log = join(folder, 'doctor-log');
    const child = spawn(process.execPath, ['--import', 'tsx', here('start-counter-process.ts'), db, log], { cwd: root, env: environment });
    await until(async () => (await readFile(log, 'utf8')).includes('3\n'));
    const alive = JSON.parse((await start(['--db', db, 'doctor', '--json'])).out) as { state: string; owners: unknown };
    expect(alive).toMatchObject({ state: 'healthy', owners: [{ pid: child.pid, state: 'alive', runs: 1 }] });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { out, exit } = await start(['--db', db, 'doctor', '--app', app]);
    expect(exit).toBe(3);
    expect(out).toMatch(new RegExp(`^processes +dead pid ${child.pid} on .*: 1 runs$`, 'm'));
    expect(out).toMatch(/^attention 1 run left behind by processes that are gone: killed$/m);
    const [, command = ''] = /^ {2}durableflow (.*)$/m.exec(out) ?? [];
    expect(await start(command.split(' '))).toMatchObject({ exit: 0 });
    expect(await start(['--db', db, 'doctor', '--app', app])).toMatchObject({
      out: expect.stringMatching(/\nHealthy\.\n$/) as string,
      exit: 0,
    });
  });

  it('explains a damaged file, which other commands refuse', async () => {
    const db = await database(join(folder, 'damaged.db'), async () => {});
    await writeFile(db, Buffer.concat([(await readFile(db)).subarray(0, 100), Buffer.alloc(9000, 0xa5)]));
    const [doctor, runs] = await Promise.all([start(['--db', db, 'doctor']), start(['--db', db, 'runs'])]);
    expect(doctor).toMatchObject({
      out: expect.stringMatching(/^damaged the file is cut short: 2 of \d+ pages are there$/m) as string,
      err: '',
      exit: 1,
    });
    expect(runs).toMatchObject({ out: '', err: expect.stringMatching(/^error \[DF_STORE_CORRUPT\]: .*\nfix: /) as string, exit: 1 });
  });
});

describe('a run', () => {
  it('is exported, imported, forked, compared and pruned', async () => {
    const db = await database(join(folder, 'history.db'), async (flow) => {
      await (await flow.start(Counter, { to: 2 }, { id: 'sum' })).result();
    });
    const history = join(folder, 'sum.json');
    expect(await start(['--db', db, 'export-history', 'sum', '--out', history])).toMatchObject({ err: '', exit: 0 });
    expect(await start(['--db', db, 'import-history', history, '--id', 'copy'])).toEqual({
      out: 'Run copy (counter v1) is here now; it is completed.\n',
      err: '',
      exit: 0,
    });
    const fork = await start(['--db', db, 'fork', 'copy', '--from', '1', '--app', app]);
    expect([fork.out, fork.err, fork.exit]).toEqual([expect.stringContaining('The records of copy and copy#2 do not differ.\n'), '', 0]);
    expect(await start(['--db', db, 'diff', 'sum', 'copy#2', '--json'])).toEqual({ out: '{\n  "differences": []\n}\n', err: '', exit: 0 });
    const refused = await start(['--db', db, 'prune', '--older-than', '0s']);
    expect([refused.err.split(':')[0], refused.exit]).toEqual(['error [CLI_NO_TERMINAL]', 2]);
    expect(await start(['--db', db, 'prune', '--older-than', '0s', '--yes'])).toEqual({ out: '3 runs deleted.\n', err: '', exit: 0 });
  });
});
