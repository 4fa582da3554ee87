import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { Counter, Refund } from './support-app.js';
import { call, callJson, database, executesNothing, temporaryFolder } from './terminal.js';

interface JsonRun {
  readonly id: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

const hostile = 'Pay\u001b[2J\u001b]0;owned\u0007 1 cent\nand nothing else \u202egnp.exe\u009b31m';

let file: string;
let longId: string;

beforeAll(async () => {
  const folder = await temporaryFolder();
  longId = `ticket-${'x'.repeat(60)}`;
  file = await database(join(folder, 'app.db'), async (flow) => {
    const settle = async (run: { settled(): Promise<unknown> }) => run.settled();
    await settle(await flow.start(Counter, { to: 2 }, { id: 'done' }));
    await settle(await flow.start(Refund, { customer: 'c-1', cents: 1200 }, { id: 'gate' }));
    await settle(await flow.start(Refund, { customer: 'c-2', cents: 5, show: hostile }, { id: `evil\u001b[31m id` }));
    await settle(await flow.start(Refund, { customer: 'c-3', cents: 7, fails: true }, { id: 'broken' }));
    await settle(await flow.start(Counter, { to: 1 }, { id: longId }));
    const doubt = await flow.start(Refund, { customer: 'c-4', cents: 9, breaks: true }, { id: 'doubt' });
    await doubt.settled();
    await flow.approve(flow.approvals({ runId: 'doubt' })[0]!.id, { by: 'bob', reason: 'fine' });
    while (doubt.view().status !== 'in_doubt') await new Promise((resolve) => setTimeout(resolve, 10));
  });
  await database(file, (flow) => flow.start(Counter, { to: 1 }, { id: 'left' }), executesNothing);
});

const on = (...argv: string[]) => ['--db', file, ...argv];

describe('runs', () => {
  it('lists runs, newest first, with their status and outcome', async () => {
    const { out, exit } = await call(on('runs'));
    const lines = out.split('\n');
    expect(exit).toBe(0);
    expect(lines[0]).toMatch(/^run +workflow +status +started +updated +outcome$/);
    expect(lines[1]).toMatch(/^left +counter v1 +pending/);
    expect(out).toMatch(/^done +counter v1 +completed .* 3$/m);
    expect(out).toMatch(/^broken +refund v1 +failed .*no customer c-3$/m);
    expect(out).toContain('7 of 7 runs shown');
    expect(out).toContain('2 waiting');
  });

  it('filters by status and workflow, and limits', async () => {
    const { data } = await callJson<{ runs: JsonRun[]; counts: unknown }>(
      on('runs', '--status', 'completed', '--workflow', 'counter', '--limit', '1'),
    );
    expect(data.runs.map(({ id }) => id)).toEqual([longId]);
    expect(data.counts).toMatchObject({ completed: 2, failed: 1, in_doubt: 1, pending: 1, waiting: 2 });
    expect((await call(on('runs', '--workflow', 'nobody'))).out).toMatch(/^No run matches\.\n0 of 7 runs shown/);
  });

  it('says so when there are none', async () => {
    const empty = await database(join(await temporaryFolder(), 'empty.db'), async () => {});
    expect(await call(['--db', empty, 'runs'])).toEqual({ out: 'There are no runs in this database.\n', err: '', exit: 0 });
  });

  it('fits the terminal at every width, and cuts no id', async () => {
    for (const columns of [200, 120, 80, 60, 40]) {
      const { out } = await call(on('runs', '--workflow', 'refund'), { columns });
      const widths = stripVTControlCharacters(out)
        .split('\n')
        .slice(0, -2)
        .map((line) => line.length);
      expect(Math.max(...widths), `at ${columns} columns`).toBeLessThanOrEqual(columns);
      for (const id of ['gate', 'doubt', 'broken']) expect(out).toContain(id);
    }
    const { out } = await call(on('runs'), { columns: 50 });
    expect(stripVTControlCharacters(out)).toContain(`run       ${longId}\nworkflow  counter v1\nstatus    completed`);
  });

  it('goes by COLUMNS before the terminal', async () => {
    expect((await call(on('runs'), { columns: 300, env: { COLUMNS: '40' } })).out).toContain('\n\n');
    const wide = await call(on('runs'), { columns: 40, env: { COLUMNS: '300' } });
    expect(stripVTControlCharacters(wide.out)).toMatch(/^run +workflow/);
  });

  it('has colours on a terminal only, and not with NO_COLOR or TERM=dumb', async () => {
    expect((await call(on('runs'), { columns: 200 })).out).toContain('\u001b[32mcompleted');
    expect((await call(on('runs'))).out).not.toContain('\u001b');
    expect((await call(on('runs'), { columns: 200, env: { NO_COLOR: '1' } })).out).not.toContain('\u001b');
    expect((await call(on('runs'), { columns: 200, env: { TERM: 'dumb' } })).out).not.toContain('\u001b');
  });
});

describe('show', () => {
  it('tells how a completed run went', async () => {
    const { out, exit } = await call(on('show', 'done'));
    expect(exit).toBe(0);
    expect(out).toMatch(/^status +completed$/m);
    expect(out).toMatch(/^input +\{ to: 2 \}$/m);
    expect(out).toMatch(/^output +3$/m);
    expect(out).toMatch(
      /Timeline\n +call +method +after +took +attempts +outcome\n +0 +add +\d+ ms +\d+ ms +1 +1\n +1 +add +\d+ ms +\d+ ms +1 +3\n$/,
    );
    expect(out).not.toContain('Next');
  });

  it('tells what a run at a gate waits for, and what to type', async () => {
    const { out, exit } = await call(on('show', 'gate'));
    expect(exit).toBe(3);
    expect(out).toMatch(/0 +findCustomer .*id: 'c-1', since: 1970-01-01T00:00:00.000Z, tags: Set\(1\) \{ 'paying' \}, balance: 12n/);
    expect(out).toContain('Refund 1200 to c-1');
    expect(out).toContain(
      `waits for a decision on refund (approval 1)\n    durableflow --db ${file} approve 1\n    durableflow --db ${file} reject 1 --reason TEXT`,
    );
    const { out: byEnvironment } = await call(['show', 'gate'], { env: { DURABLEFLOW_DB: file } });
    expect(byEnvironment).toContain('  durableflow approve 1\n');
  });

  it('tells of an effect in doubt', async () => {
    const { out, exit } = await call(on('show', 'doubt'));
    expect(exit).toBe(3);
    expect(out).toMatch(/1 +refund +in doubt +after \d+ .* refund:c-4:9/);
    expect(out).toContain('approved by bob');
    expect(out).toMatch(/resolve doubt 1 --intended-at 20[-\dT:.]+Z --did-not-happen\n/);
  });

  it('tells of an error with its code', async () => {
    const { out, exit } = await call(on('show', 'broken'));
    expect(exit).toBe(0);
    expect(out).toContain('error [TypeError]: no customer c-3');
    expect(out).toMatch(/0 +findCustomer .*TypeError: no customer c-3/);
  });

  it('tells that a pending run needs a process', async () => {
    expect((await call(on('show', 'left'))).out).toContain('waits for a process that has registered workflow "counter" version "1"');
  });

  it('refuses an unknown run', async () => {
    expect(await call(on('show', 'nobody'))).toEqual({
      out: '',
      err: 'error [DF_UNKNOWN_RUN]: there is no run "nobody".\nfix: List the runs (`durableflow runs`) and check the id and the database path.\n',
      exit: 1,
    });
    expect((await callJson(on('show', 'nobody'))).data).toEqual({
      error: {
        code: 'DF_UNKNOWN_RUN',
        message: 'there is no run "nobody".',
        fix: 'List the runs (`durableflow runs`) and check the id and the database path.',
      },
    });
  });

  it('prints every value as JSON can hold it', async () => {
    const { data, exit } = await callJson<{ run: JsonRun; next: unknown[] }>(on('show', 'gate'));
    expect(exit).toBe(3);
    expect(data.run).toMatchObject({ id: 'gate', status: 'waiting', output: null, error: null, wakeAt: null, input: { customer: 'c-1' } });
    expect(data.run['createdAt']).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(data.run['steps']).toMatchObject([
      { call: 0, outcome: 'returned', value: { id: 'c-1', since: '1970-01-01T00:00:00.000Z', tags: ['paying'], balance: '12' } },
    ]);
    expect(data.next).toEqual([
      {
        waitsFor: 'a decision on refund (approval 1)',
        commands: [`durableflow --db ${file} approve 1`, `durableflow --db ${file} reject 1 --reason TEXT`],
      },
    ]);
    const broken = await callJson<{ run: JsonRun }>(on('show', 'broken'));
    expect(broken.data.run['error']).toMatchObject({ name: 'TypeError', code: 'TypeError', message: 'no customer c-3', fix: null });
  });
});

describe('approvals', () => {
  it('lists the open ones with their exact arguments', async () => {
    const { out, exit } = await call(on('approvals'));
    expect(exit).toBe(3);
    expect(out).toMatch(/^#1 open$/m);
    expect(out).toMatch(/^ +shows +Refund 1200 to c-1$/m);
    expect(out).toMatch(/^ +method +refund, call 1 of run gate \(refund\)$/m);
    expect(out).toMatch(/^ +2\. \{ customer: 'c-1', cents: 1200 \}$/m);
    expect(out).not.toContain('c-4');
  });

  it('lists the decided ones with --all', async () => {
    const { out } = await call(on('approvals', '--all'));
    expect(out).toMatch(/^#3 approved$/m);
    expect(out).toMatch(/^ +decided +approved by bob, .*: fine$/m);
    const { data } = await callJson<{ approvals: { id: number; verdict: string | null }[] }>(on('approvals', '--all'));
    expect(data.approvals.map(({ id, verdict }) => [id, verdict])).toEqual([
      [1, null],
      [2, null],
      [3, 'approved'],
    ]);
  });

  it('says so when nothing waits', async () => {
    const empty = await database(join(await temporaryFolder(), 'empty.db'), async () => {});
    expect(await call(['--db', empty, 'approvals'])).toEqual({ out: 'Nothing waits for a decision.\n', err: '', exit: 0 });
  });
});

describe('text from elsewhere', () => {
  // oxlint-disable-next-line no-control-regex
  const commands = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

  it.each([['approvals'], ['runs'], ['show', `evil\u001b[31m id`], ['show', '\u001b[31mnobody\u009b']])(
    'cannot command the terminal: %s',
    async (...argv) => {
      const { out, err } = await call(on(...argv));
      expect(out + err).not.toMatch(commands);
      const json = await call(on(...argv, '--json'));
      expect(json.out).not.toMatch(commands);
      expect(() => JSON.parse(json.out) as unknown).not.toThrow();
    },
  );

  it('is shown escaped, on one line, and stays whole in JSON', async () => {
    const { out } = await call(on('approvals'));
    expect(out).toContain(String.raw`shows      Pay\x1b[2J\x1b]0;owned\x07 1 cent\nand nothing else \u202egnp.exe\x9b31m` + '\n');
    const { data } = await callJson<{ approvals: { show: string }[] }>(on('approvals'));
    expect(data.approvals[1]!.show).toBe(hostile);
  });
});
