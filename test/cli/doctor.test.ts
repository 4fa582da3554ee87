import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DurableFlow, SqliteBudgetLedger } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { Counter, Refund, register } from './support-app.js';
import { call, callJson, database, executesNothing, temporaryFolder } from './terminal.js';

interface JsonDoctor {
  readonly state: string;
  readonly file: { readonly damage: string[]; readonly schemaVersion: number | null; readonly bytes: number };
  readonly owners: { readonly pid: number; readonly state: string; readonly runs: number }[];
  readonly versions: unknown[];
  readonly findings: { readonly severity: string; readonly kind: string; readonly what: string; readonly commands: string[] }[];
}

const app = ['--app', new URL(import.meta.url).pathname];
const hostile = 'evil\u001b[2J\u202e id';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  file = await database(join(folder, 'app.db'), async (flow) => {
    for (let n = 0; n < 40; n++) await (await flow.start(Counter, { to: 3 })).result();
    await (await flow.start(Counter, { to: 3 }, { id: 'named' })).result();
  });
});

const on = (...argv: string[]) => ['--db', file, ...argv];
const doctor = (...argv: string[]) => callJson<JsonDoctor>(on('doctor', ...argv));

/** Makes the file tell what could otherwise only be waited for. */
function change(sql: string): void {
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

function overwrite(from: number, bytes: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(bytes, 0xa5), 0, bytes, from);
  closeSync(handle);
}

describe('a healthy database', () => {
  it('is told to be so, and is not changed', async () => {
    const before = readFileSync(file);
    const { out, err, exit } = await call(on('doctor'));
    expect([err, exit]).toEqual(['', 0]);
    expect(out).toMatch(/^file +.*app\.db, [\d.]+ KiB, write-ahead log 0 bytes$/m);
    expect(out).toMatch(/^check +sound$/m);
    expect(out).toMatch(/^durability +journal wal/m);
    expect(out).toMatch(/\nHealthy\.\n$/);
    expect(await doctor('--full')).toMatchObject({ data: { state: 'healthy', findings: [], file: { damage: [] } }, exit: 0 });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('names the processes that are at work, and what open runs need', async () => {
    const flow = await DurableFlow.open(file);
    register(flow);
    await (await flow.start(Refund, { customer: 'c', cents: 1 }, { id: 'gate' })).settled();
    const { data, exit } = await doctor();
    expect(exit).toBe(0);
    expect(data.owners).toMatchObject([{ pid: process.pid, state: 'alive', runs: 0 }]);
    expect(data.versions).toEqual([{ workflow: 'refund', version: '1', runs: 1 }]);
    expect((await call(on('doctor'))).out).toMatch(new RegExp(`^processes +alive pid ${process.pid} on .*: 0 runs, lease ends`, 'm'));
    await flow.close();
  });
});

describe('a damaged file', () => {
  const recover = () => `sqlite3 ${file} .recover | sqlite3 ${file}.recovered`;
  const repair = () => `durableflow --db ${file} doctor --repair`;

  it.each([
    ['schema.damaged', recover, () => overwrite(100, 3000)],
    ['pages.damaged', repair, () => [10, 12, 14, 16].forEach((page) => overwrite(page * 4096, 2000))],
    ['file.cut', repair, () => truncateSync(file, 5 * 4096)],
  ])('is explained, with what to do: %s', async (kind, command, damage) => {
    damage();
    const { out, exit } = await call(on('doctor'));
    expect(exit).toBe(1);
    expect(out).toMatch(/^damaged the file is /m);
    expect(out).toContain('Stop all processes that use the file, and restore a backup');
    expect(out).toContain(`\n  ${command()}\n`);
    expect(out).toMatch(/\nOne finding needs attention\.\n$/);
    const { data } = await doctor();
    expect(data).toMatchObject({ state: 'damaged', owners: [], findings: [{ severity: 'damaged', kind }] });
    expect(data.file.damage.join()).not.toContain('\n');
  });

  it('is found by --full where only an index is wrong', async () => {
    // As its definition is now, the index lacks all rows.
    const db = new Database(file).unsafeMode();
    const sql = `replace(sql, 'parent IS NOT NULL', 'parent IS NULL')`;
    db.exec(`PRAGMA writable_schema = on; UPDATE sqlite_schema SET sql = ${sql} WHERE name = 'runs_by_parent'`);
    db.close();
    expect((await doctor()).data.state).toBe('healthy');
    const { data, exit } = await doctor('--full');
    expect([data.state, exit]).toEqual(['damaged', 1]);
    expect(data.findings).toMatchObject([{ kind: 'indexes.damaged', commands: [repair()] }]);
    expect(data.file.damage.join()).toContain('runs_by_parent');
    const { data: mended, exit: repaired } = await callJson(on('doctor', '--repair'));
    expect([mended, repaired]).toMatchObject([{ state: 'repaired', repair: { runs: 41, lost: [], incomplete: [] } }, 0]);
    expect((await call(['--db', `${file}.repaired`, 'doctor', '--full'])).exit).toBe(0);
  });

  it('is saved by --repair, which says what is lost, and how to put the rest in its place', async () => {
    change(`UPDATE journal SET value = 'not encoded' WHERE seq = 1 AND run = (SELECT row FROM runs WHERE id = 'named')`);
    const before = readFileSync(file);
    const { data } = await doctor('--full');
    expect(data).toMatchObject({ state: 'damaged', findings: [{ kind: 'values.damaged', commands: [repair()] }] });
    expect(data.findings[0]!.what).toBe(
      '1 run with values that are not what was written: named (the outcome of call 1: a recorded value cannot be decoded)',
    );
    const { out, exit } = await call(on('doctor', '--repair'));
    expect(exit).toBe(3);
    expect(out).toMatch(/^saved +40 runs, each of them whole, in .*app\.db\.repaired$/m);
    expect(out).toMatch(/^lost +named: the outcome of call 1: a recorded value cannot be decoded$/m);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect((await call(on('doctor', '--repair'))).err).toMatch(/^error \[DF_INVALID_INPUT\]: .*app\.db\.repaired exists already/);
    execFileSync('sh', ['-e', '-c', out.slice(out.indexOf('Put it in place')).split('\n').slice(1).join('\n')]);
    expect(await doctor('--full')).toMatchObject({ data: { state: 'healthy' }, exit: 0 });
    expect(readFileSync(`${file}.damaged`).equals(before)).toBe(true);
  });

  it('is told of although only a value is in the way of looking at its runs', async () => {
    await database(file, (flow) => flow.start(Counter, { to: 1 }, { id: 'left' }), executesNothing);
    change(`UPDATE runs SET input = '@nowhere' WHERE id = 'left'`);
    const { data, exit } = await doctor();
    expect([data.findings.map(({ kind }) => kind), exit]).toEqual([['values.damaged'], 1]);
    expect(data.findings[0]!.what).toContain('left (the input: the large value nowhere is missing)');
  });

  it('of which nothing can be saved needs a backup, and is not touched', async () => {
    writeFileSync(file, Buffer.concat([readFileSync(file).subarray(0, 100), Buffer.alloc(40_000, 7)]));
    const before = readFileSync(file);
    const { err, exit } = await call(on('doctor', '--repair'));
    expect(err).toMatch(/^error \[CLI_NOTHING_SAVED\]: nothing of .*app\.db can be saved/);
    expect(err).toContain('Put a backup in its place.');
    expect(err).not.toContain('--repair');
    expect(exit).toBe(1);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(`${file}.repaired`)).toBe(false);
  });

  it('that is sound is not repaired', async () => {
    expect((await call(on('doctor', '--repair'))).out).toMatch(/Healthy\.\n$/);
    expect(existsSync(`${file}.repaired`)).toBe(false);
  });

  it('that is no database of ours is an error like for every command', async () => {
    const text = join(folder, 'notes.txt');
    await writeFile(text, 'Buy milk.');
    const { err, exit } = await call(['--db', text, 'doctor']);
    expect([err.split(':')[0], exit]).toEqual(['error [DF_STORE_FOREIGN]', 1]);
    change('PRAGMA user_version = 999');
    expect((await call(on('doctor'))).err).toMatch(/^error \[DF_STORE_NEWER\]: /);
  });
});

describe('what needs attention', () => {
  it('a file that is empty, or of an older version, which is left as it is', async () => {
    const empty = join(folder, 'empty.db');
    await writeFile(empty, '');
    const { out, exit } = await call(['--db', empty, 'doctor']);
    expect(exit).toBe(3);
    expect(out).toMatch(/^attention the file is empty\n/m);
    expect(readFileSync(empty)).toHaveLength(0);
    change('PRAGMA user_version = 7');
    expect((await call(on('doctor'))).out).toMatch(
      /^attention the schema of the file is version 7, and this durableflow makes version \d+\n/m,
    );
  });

  it('runs that a dead process has left, and one that gives no sign of life', async () => {
    await database(file, (flow) => flow.start(Counter, { to: 1 }, { id: 'left' }), executesNothing);
    await database(file, (flow) => flow.start(Counter, { to: 1 }, { id: hostile }), executesNothing);
    const flow = await DurableFlow.open(file);
    register(flow);
    await flow.close();
    await database(file, (it) => it.start(Counter, { to: 1 }, { id: 'paused' }), executesNothing);
    const host = await thisHost();
    change(`
      INSERT INTO owners VALUES ('dead', '${host}', ${2 ** 22 + 1}, '1', 9e15);
      INSERT INTO owners VALUES ('away', 'elsewhere/1', 7, '1', 5);
      UPDATE runs SET status = 'running', epoch = 1, outcome = NULL, owner = 'dead' WHERE id = 'left' OR id LIKE 'evil%';
      UPDATE runs SET status = 'running', epoch = 1, outcome = NULL, owner = 'away' WHERE id = 'paused'`);
    const { data, exit } = await doctor();
    expect([data.state, exit]).toEqual(['attention', 3]);
    expect(data.owners).toMatchObject([{ pid: 7, state: 'expired', runs: 1 }, { state: 'dead', runs: 2 }]); // prettier-ignore
    expect(data.findings).toMatchObject([{ kind: 'runs.left_behind', commands: [`durableflow --db ${file} recover --app MODULE`] }]);
    const { out } = await call(on('doctor'));
    expect(out).toMatch(/^attention 3 runs left behind by processes that are gone: .*left/m);
    // oxlint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u001b\u202e]/);
    expect((await doctor()).data.owners).toHaveLength(2);
  });

  it('processes that are gone and have left nothing are only noted', async () => {
    change(`INSERT INTO owners VALUES ('away', 'elsewhere/1', 7, '1', 5)`);
    const { data, exit } = await doctor();
    expect([data.state, exit]).toEqual(['healthy', 0]);
    expect(data.findings).toMatchObject([
      { severity: 'note', kind: 'owners.gone', what: '1 process gone without a word: pid 7 (expired)' },
    ]);
  });

  it('runs that nobody takes up, once they have waited long enough', async () => {
    await database(file, (flow) => flow.start(Counter, { to: 1 }, { id: 'left' }), executesNothing);
    expect((await doctor()).data.state).toBe('healthy');
    change(`UPDATE runs SET updated_at = updated_at - 120000 WHERE id = 'left'`);
    const { data, exit } = await doctor();
    expect([data.findings.map(({ kind }) => kind), exit]).toEqual([['runs.stuck'], 3]);
    expect(data.findings[0]!.what).toBe('1 run could go on, and no process takes them up: left');
  });

  it('versions that the module does not register; the file is not touched by it', async () => {
    await database(file, (flow) => flow.start(Counter, { to: 1 }, { id: 'left' }), executesNothing);
    const module = { register: (flow: DurableFlow) => void flow.register(Refund, () => new Refund(), { queue: { name: 'new' } }) };
    expect((await call(on('doctor', ...app))).exit).toBe(0);
    const { out, exit } = await call(on('doctor', ...app), { module });
    expect(exit).toBe(3);
    expect(out).toMatch(/^attention not registered by .*doctor\.test\.ts: counter v1 \(1 run\)$/m);
    expect((await call(on('queue'))).out).toBe('There are no queues in this database.\n');
  });

  it('effects in doubt, with the commands that resolve them', async () => {
    let begun: string | undefined;
    await database(file, async (flow) => {
      const run = await flow.start(Refund, { customer: 'c', cents: 1, breaks: true }, { id: "it's" });
      await run.settled();
      await flow.approve(1, { by: 'bob' });
      while (run.view().status !== 'in_doubt') await new Promise((resolve) => setTimeout(resolve, 5));
      begun = flow.doubts()[0]!.intendedAt.toISOString();
    });
    const { data, exit } = await doctor();
    expect(exit).toBe(3);
    const resolve = String.raw`durableflow --db ${file} resolve 'it'\''s' 1 --intended-at ${begun}`;
    expect(data.findings).toMatchObject([
      { kind: 'effects.in_doubt', what: "1 effect in doubt: refund (call 1 of it's)", commands: [`${resolve} --happened --value JSON`, `${resolve} --did-not-happen`] },
    ]); // prettier-ignore
  });

  it('approvals and schedules that are overdue, and runs that diverged', async () => {
    await database(file, async (flow) => {
      await (await flow.start(Refund, { customer: 'c', cents: 1 }, { id: 'gate' })).settled();
      await flow.schedule(Counter, { id: 'nightly', cron: '0 3 * * *' }, { to: 1 });
      await (await flow.start(Counter, { to: 1 }, { id: 'other way' })).result();
    });
    const long = Date.now() - 3_600_000;
    change(`
      UPDATE approvals SET expires_at = ${long};
      UPDATE schedules SET next_at = ${long};
      UPDATE runs SET status = 'diverged', outcome = '[{"value":1},null]' WHERE id = 'other way'`);
    const { data } = await doctor();
    expect(data.findings.map(({ kind, commands }) => [kind, commands.map((it) => it.replace(`durableflow --db ${file} `, ''))])).toEqual([
      ['approvals.overdue', ['recover --app MODULE']],
      ['schedules.overdue', ['recover --app MODULE --watch']],
      ['runs.diverged', ["resume 'other way' --app MODULE"]],
    ]);
    expect((await call(on('doctor'))).out).toContain('3 findings need attention.');
  });

  it('money that a dead process had set aside is noted', async () => {
    const ledger = new SqliteBudgetLedger(file);
    await ledger.reserve([{ kind: 'day', key: '2026-01-01', limitMicros: 5e6 }], 1_250_000);
    await ledger.close();
    expect((await doctor()).data.findings).toEqual([]);
    change('UPDATE budget_reservations SET reserved_at = reserved_at - 7200000');
    const { out, exit } = await call(on('doctor'));
    expect(exit).toBe(0);
    expect(out).toMatch(/^budgets +1 scopes, 1 reservations open$/m);
    expect(out).toMatch(/^note 1 reservation of 1\.25 US dollars in all, the oldest of \d{4}-/m);
  });

  it('a file that another process has open is looked at all the same', async () => {
    const flow = await DurableFlow.open(file);
    register(flow);
    await (await flow.start(Counter, { to: 2 })).result();
    expect((await call(on('doctor'))).out).toMatch(/write-ahead log [\d.]+ KiB$/m);
    await flow.close();
    await copyFile(file, join(folder, 'copy.db'));
    expect((await call(['--db', join(folder, 'copy.db'), 'doctor'])).exit).toBe(0);
  });
});

/** As this machine names itself to others. */
async function thisHost(): Promise<string> {
  const db = new Database(file, { readonly: true });
  const flow = await DurableFlow.open(file, executesNothing);
  register(flow);
  await flow.recover();
  const { host } = db.prepare('SELECT host FROM owners').get() as { host: string };
  await flow.close();
  db.close();
  return host;
}
