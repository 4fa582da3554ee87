import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { Board, Counter, Payout, Refund, register } from './support-app.js';
import { call, callJson, database, executesNothing, temporaryFolder } from './terminal.js';

interface JsonError {
  readonly error: { readonly code: string; readonly message: string; readonly fix: string | null };
}

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  file = await database(join(folder, 'app.db'), async (flow) => {
    for (const cents of [100, 200]) await (await flow.start(Refund, { customer: 'c-1', cents }, { id: `r-${cents}` })).settled();
  });
});

const on = (...argv: string[]) => ['--db', file, ...argv];

/** The output of a run, executed by a process that has its class. */
async function outcome(id: string): Promise<unknown> {
  let result: unknown;
  await database(file, async (flow) => {
    result = await flow
      .run(id)
      .result()
      .catch((error: unknown) => error);
  });
  return result;
}

describe('approve', () => {
  it('records the decision under the given name, and the run goes on with it', async () => {
    const { out, exit } = await call(on('approve', '1', '--by', 'bob', '--reason', 'checked'));
    expect(exit).toBe(0);
    expect(out).toBe('Approved #1 as bob: Refund 100 to c-1\nRun r-100 goes on as soon as a process executes it.\n');
    expect(await outcome('r-100')).toMatchObject({ refund: 're_100' });
  });

  it('decides in the name of the system user', async () => {
    const { data } = await callJson<{ approval: Record<string, unknown> }>(on('approve', '1'));
    expect(data.approval).toMatchObject({
      id: 1,
      runId: 'r-100',
      verdict: 'approved',
      by: 'ada',
      reason: null,
      args: [{ id: 'c-1' }, { cents: 100 }],
    });
  });

  it('needs a name where the system tells none', async () => {
    const { err, exit } = await call(on('approve', '1'), { user: undefined });
    expect([err, exit]).toEqual(['error [CLI_USAGE]: who decides?\nfix: Say it with --by NAME.\n', 2]);
  });

  it('takes the digest of the arguments that were read, or the beginning of it', async () => {
    const { data } = await callJson<{ approvals: { digest: string }[] }>(on('approvals'));
    const [first, second] = data.approvals;
    expect((await call(on('approve', '1', '--expect', first!.digest))).exit).toBe(0);
    expect((await call(on('approve', '2', '--expect', second!.digest.slice(0, 12)))).exit).toBe(0);
  });

  it('decides nothing if the digest is another one', async () => {
    const { err, exit } = await call(on('approve', '1', '--expect', 'not-the-digest'));
    expect(exit).toBe(1);
    expect(err).toMatch(
      /^error \[DF_APPROVAL_CHANGED\]: the arguments of approval 1 have the digest .{43}, not not-the-digest\.\nfix: Read the approval again/,
    );
    expect((await call(on('approvals'))).out).toMatch(/^#1 open$/m);
    expect((await call(on('approve', '1', '--expect', 'short'))).exit).toBe(2);
  });

  it('decides once', async () => {
    await call(on('approve', '1'));
    const again = await call(on('reject', '1', '--reason', 'no'));
    expect(again.exit).toBe(1);
    expect(again.err).toContain('error [DF_APPROVAL_DECIDED]: approval 1 has been decided');
    expect(await outcome('r-100')).toMatchObject({ refund: 're_100' });
  });

  it('refuses an approval that is not there, or whose run has ended', async () => {
    expect((await callJson<JsonError>(on('approve', '99'))).data.error.code).toBe('DF_APPROVAL_UNKNOWN');
    await call(on('cancel', 'r-100'));
    const { data, exit } = await callJson<JsonError>(on('approve', '1'));
    expect([data.error.code, exit]).toEqual(['DF_RUN_ENDED', 1]);
  });

  it.each(['0', '-1', 'one', '1.5', '99999999999999999999'])('refuses %j as a number of an approval', async (id) => {
    const { err, exit } = await call(on('approve', '--', id));
    expect(exit).toBe(2);
    expect(err).toContain('It must be a whole number from 1.');
  });
});

describe('approve --edit', () => {
  const app = ['--app', new URL(import.meta.url).pathname];
  const less = (cents: unknown) => JSON.stringify(['c-1', { cents, note: 'less' }]);

  beforeEach(async () => {
    await database(file, async (flow) => {
      const input = { to: 'c-1', plan: { cents: 900, note: 'all' } };
      await (await flow.start(Payout, input, { id: 'payout' })).settled();
    });
  });

  it('says yes to other arguments, and shows what was changed', async () => {
    const { out, exit } = await call(on('approve', '3', '--edit', less(500), ...app));
    expect(exit).toBe(0);
    expect(out).toMatch(
      /^Approved #3 as ada: pay.*\nwith other arguments:\n2\.cents: 900 → 500\n2\.note: 'all' → 'less'\nRun payout goes on as soon/,
    );
    expect((await call(on('show', 'payout'))).out).toMatch(/^ +edited +2\.cents: 900 → 500\n +2\.note: 'all' → 'less'$/m);
    expect((await call(on('approvals', '--all'))).out).toMatch(/^ +edited +2\.cents: 900 → 500$/m);
    expect(await outcome('payout')).toBe('500 to c-1: less');
  });

  it('shows a large or hostile change whole, and escaped', async () => {
    const note = `\u001b[2J${'x'.repeat(300)}\nend`;
    await call(on('approve', '3', '--edit', JSON.stringify(['c-1', { cents: 900, note }]), ...app));
    const { out } = await call(on('show', 'payout'), { columns: 80, env: { NO_COLOR: '1' } });
    expect(out).toMatch(/^ +edited +2\.note:\n +- 'all'\n +\+ '/m);
    expect(out).not.toContain('\u001b');
    const { data } = await callJson<{ approvals: { edited: unknown }[] }>(on('approvals', '--all'));
    expect(data.approvals[2]!.edited).toEqual(['c-1', { cents: 900, note }]);
  });

  it('is refused if the schema refuses it, or there is none, or the class is not registered', async () => {
    const code = async (module: unknown, ...argv: string[]) =>
      (await callJson<JsonError>(on('approve', ...argv, ...app), module === undefined ? {} : { module })).data.error.code;
    expect(await code(undefined, '3', '--edit', less(5000))).toBe('DF_APPROVAL_EDIT_REFUSED');
    expect(await code(undefined, '3', '--edit', '[]')).toBe('DF_APPROVAL_EDIT_REFUSED');
    expect(await code(undefined, '1', '--edit', '[1,2]')).toBe('DF_APPROVAL_EDIT_REFUSED');
    expect(await code({ register: () => {} }, '3', '--edit', less(1))).toBe('DF_APPROVAL_EDIT_REFUSED');
    expect((await call(on('approvals'))).out).toMatch(/^#3 open$/m);
  });

  it('executes nothing', async () => {
    await call(on('approve', '3', '--edit', less(500), ...app));
    expect((await callJson<{ run: { status: string } }>(on('show', 'payout'))).data.run.status).toBe('pending');
  });
});

describe('DURABLEFLOW_APPROVAL_SECRET', () => {
  it('signs the decisions of the command line', async () => {
    const secret = 'keep it';
    const settled = async (id: string) => {
      let view: unknown;
      await database(file, async (flow) => (view = await flow.run(id).settled()), { approvalSecret: secret });
      return view;
    };
    await call(on('approve', '1'));
    expect(await settled('r-100')).toMatchObject({ status: 'failed', error: { code: 'DF_APPROVAL_FORGED' } });
    await call(on('approve', '2'), { env: { DURABLEFLOW_APPROVAL_SECRET: secret } });
    expect(await settled('r-200')).toMatchObject({ status: 'completed' });
  });
});

describe('signal', () => {
  beforeEach(async () => {
    await database(file, async (flow) => {
      await (await flow.start(Board, undefined, { id: 'board' })).settled();
      for (const by of ['ada', 'bob']) await flow.approve(3, { by });
      while (flow.show('board').waits.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await flow.run('board').settled();
    });
  });

  it('is what show tells to type for a run that waits for one', async () => {
    const { out, exit } = await call(on('show', 'board'));
    expect(exit).toBe(3);
    expect(out).toContain(`waits for signal:minutes (call 1)\n    durableflow --db ${file} signal board minutes --payload JSON\n`);
  });

  it('is sent with its payload, and the run goes on', async () => {
    const { out, exit } = await call(on('signal', 'board', 'minutes', '--payload', '{"pages":[1,null]}'));
    expect([out, exit]).toEqual(['Sent minutes to run board. It goes on as soon as a process executes it.\n', 0]);
    expect(await outcome('board')).toEqual({ pages: [1, null] });
  });

  it('is kept if the run does not ask for it, and sent once for an id', async () => {
    const send = () => callJson(on('signal', 'board', 'other', '--payload', '1', '--id', 'm-1'));
    expect(await send()).toEqual({ data: { run: 'board', name: 'other', sent: true, waits: false }, exit: 0 });
    expect(await send()).toEqual({ data: { run: 'board', name: 'other', sent: false, waits: false }, exit: 0 });
    expect((await call(on('signal', 'board', 'other', '--id', 'm-1'))).out).toBe(
      'Ignored: a message of this id has been sent as other to run board before.\n',
    );
    expect((await call(on('signal', 'board', 'third'))).out).toContain('it is kept until it asks');
    const { data } = await callJson<{ run: { signals: unknown[] } }>(on('show', 'board'));
    expect(data.run.signals).toMatchObject([{ name: 'other', payload: 1 }, { name: 'third', payload: null }]); // prettier-ignore
  });

  it('cannot command the terminal by its name', async () => {
    const { out } = await call(on('signal', 'board', 'a\u001b[2J\u202e'));
    expect(out).toContain(String.raw`Sent a\x1b[2J\u202e to run board`);
  });

  it('is refused for an unknown or ended run, and without a name', async () => {
    const code = async (...argv: string[]) => (await callJson<JsonError>(on('signal', ...argv))).data.error.code;
    expect(await code('nobody', 'minutes')).toBe('DF_UNKNOWN_RUN');
    expect(await code('board', '')).toBe('DF_SIGNAL_INVALID');
    await call(on('cancel', 'board'));
    expect(await code('board', 'minutes')).toBe('DF_RUN_ENDED');
  });
});

describe('an approval that needs several people', () => {
  it('says who may decide, who has, and what comes next', async () => {
    await database(file, async (flow) => (await flow.start(Board, undefined, { id: 'board' })).settled());
    expect((await callJson<JsonError>(on('approve', '3', '--by', 'eve'))).data.error.code).toBe('DF_APPROVAL_FORBIDDEN');
    const { out } = await call(on('approve', '3'));
    expect(out).toBe('Approved #3 as ada: Vote to merge\n1 of 2 people have said yes; it stays open for the others.\n');
    const { out: approvals } = await call(on('approvals'));
    expect(approvals).toMatch(/^ +may decide +ada, bob$/m);
    expect(approvals).toMatch(/^ +needs +2 people who say yes; so far ada$/m);
    expect((await call(on('approve', '3', '--by', 'bob'))).out).toContain('Run board goes on as soon as a process executes it.');
    await database(file, (flow) => flow.run('board').settled());
    const shown = await call(on('show', 'board'));
    expect(shown.out).toContain('waits for signal:minutes (call 1)');
    expect(shown.exit).toBe(3);
  });
});

describe('reject', () => {
  it('records the reason, which the workflow is told', async () => {
    const { out } = await call(on('reject', '2', '--reason', 'too much'));
    expect(out).toContain('Rejected #2 as ada: Refund 200 to c-1');
    expect(String(await outcome('r-200'))).toContain('ada refused refund: too much');
    expect((await call(on('show', 'r-200'))).out).toContain('error [DF_APPROVAL_REJECTED]: ada refused refund: too much.');
  });

  it('needs a reason', async () => {
    const { err, exit } = await call(on('reject', '1'));
    expect([err.split('\n')[0], exit]).toEqual(["error [CLI_USAGE]: required option '--reason <text>' not specified", 2]);
  });
});

describe('resolve', () => {
  let ledger: string;

  beforeEach(async () => {
    ledger = join(folder, 'ledger');
    await database(file, async (flow) => {
      const run = await flow.start(Refund, { customer: 'c-9', cents: 900, ledger, breaks: true }, { id: 'doubt' });
      await run.settled();
      await flow.approve(3, { by: 'bob' });
      while (run.view().status !== 'in_doubt') await new Promise((resolve) => setTimeout(resolve, 5));
    });
  });

  it('records that it has happened, with its value, and it is not made again', async () => {
    const { data, exit } = await callJson(on('resolve', 'doubt', '1', '--happened', '--value', '"re_found"', '--by', 'eve'));
    expect(exit).toBe(0);
    expect(data).toMatchObject({
      run: 'doubt',
      effect: { call: 1, method: 'refund', state: 'confirmed', resolvedBy: 'eve', key: 'refund:c-9:900' },
    });
    expect(await outcome('doubt')).toMatchObject({ refund: 're_found' });
    expect(await readFile(ledger, 'utf8')).toBe('c-9 900\n');
  });

  it('takes no value for one that returns nothing', async () => {
    const { out } = await call(on('resolve', 'doubt', '1', '--happened'));
    expect(out).toBe('Recorded: refund has happened. Run doubt goes on as soon as a process executes it.\n');
    expect(await outcome('doubt')).toMatchObject({ refund: undefined });
  });

  it('records that it has not happened, and it is made again', async () => {
    const { out } = await call(on('resolve', 'doubt', '1', '--did-not-happen'));
    expect(out).toContain('has not happened and is made again');
    await database(file, async (flow) => {
      while (flow.run('doubt').view().status !== 'in_doubt') await new Promise((resolve) => setTimeout(resolve, 5));
    });
    expect(await readFile(ledger, 'utf8')).toBe('c-9 900\nc-9 900\n');
  });

  it('is not taken for a word on a later doubt', async () => {
    const { out } = await call(on('show', 'doubt'));
    const [, time] = /--intended-at (\S+) --did-not-happen/.exec(out)!;
    await call(on('resolve', 'doubt', '1', '--intended-at', time!, '--did-not-happen'));
    await database(file, async (flow) => {
      while (flow.run('doubt').view().status !== 'in_doubt') await new Promise((resolve) => setTimeout(resolve, 5));
    });
    const { data } = await callJson<JsonError>(on('resolve', 'doubt', '1', '--intended-at', time!, '--happened'));
    expect(data.error).toMatchObject({
      code: 'DF_EFFECT_UNKNOWN',
      message: expect.stringContaining(`that was begun at ${time}`) as string,
    });
    expect((await call(on('show', 'doubt'))).out).toContain('in doubt');
  });

  it.each([
    [['doubt', '1', '--happened', '--intended-at', 'yesterday'], 'It must be a time, such as'],
    [['doubt', '1', '--happened', '--intended-at', '1'], 'It must be a time, such as'],
    [['doubt', '1', '--happened', '--intended-at', '2026-02-03T99:00Z'], 'It must be a time, such as'],
    [['doubt', '1'], 'either --happened or --did-not-happen is needed'],
    [['doubt', '1', '--happened', '--did-not-happen'], "option '--happened' cannot be used with option '--did-not-happen'"],
    [['doubt', '1', '--did-not-happen', '--value', '1'], '--value goes with --happened only'],
    [['doubt', '1', '--happened', '--value', '{oops'], 'It must be JSON'],
    [['doubt', 'first', '--happened'], 'It must be a whole number'],
  ])('refuses %j', async (argv, message) => {
    const { err, exit } = await call(on('resolve', ...argv));
    expect(exit).toBe(2);
    expect(err).toContain(message);
    expect((await call(on('show', 'doubt'))).out).toContain('in doubt');
  });

  it('refuses what is not in doubt, and an unknown run', async () => {
    expect((await callJson<JsonError>(on('resolve', 'doubt', '0', '--happened'))).data.error.code).toBe('DF_EFFECT_UNKNOWN');
    await call(on('resolve', 'doubt', '1', '--happened'));
    expect((await callJson<JsonError>(on('resolve', 'doubt', '1', '--did-not-happen'))).data.error.code).toBe('DF_EFFECT_UNKNOWN');
    expect((await callJson<JsonError>(on('resolve', 'nobody', '1', '--happened'))).data.error.code).toBe('DF_UNKNOWN_RUN');
  });
});

describe('cancel', () => {
  it('ends a run that waits', async () => {
    expect(await call(on('cancel', 'r-100', '--reason', 'opened twice'))).toEqual({ out: 'Run r-100 is cancelled.\n', err: '', exit: 0 });
    expect((await call(on('show', 'r-100'))).out).toContain('error [DF_CANCELLED]: run "r-100" was cancelled: opened twice.');
  });

  it('asks a run to stop that another process executes', async () => {
    const flow = await DurableFlow.open(file);
    register(flow);
    const run = await flow.start(Counter, { to: 1_000_000 }, { id: 'long' });
    const { data, exit } = await callJson<{ run: { status: string } }>(on('cancel', 'long'));
    expect([data.run.status, exit]).toEqual(['running', 0]);
    await expect(run.result()).rejects.toMatchObject({ code: 'DF_CANCELLED' });
    await flow.close();
  });

  it('refuses a run that has ended, and an unknown one', async () => {
    await call(on('cancel', 'r-100'));
    const { data, exit } = await callJson<JsonError>(on('cancel', 'r-100'));
    expect([data.error.code, data.error.message, exit]).toEqual(['DF_RUN_ENDED', 'run "r-100" is cancelled.', 1]);
    expect((await callJson<JsonError>(on('cancel', 'nobody'))).data.error.code).toBe('DF_UNKNOWN_RUN');
  });

  it('ends a run that nobody has begun', async () => {
    await database(file, (flow) => flow.start(Counter, { to: 1 }, { id: 'left' }), executesNothing);
    expect((await call(on('cancel', 'left'))).out).toBe('Run left is cancelled.\n');
  });
});
