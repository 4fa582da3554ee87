import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { step, workflow, type DurableFlow } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Prompts } from '../../sdk/cli/prompts.js';
import { Counter, Refund } from './support-app.js';
import { call, callJson, database, executesNothing, temporaryFolder } from './terminal.js';

interface JsonError {
  readonly error: { readonly code: string; readonly message: string };
}

interface JsonFork {
  readonly of: string;
  readonly run: { readonly id: string; readonly status: string; readonly output: unknown };
  readonly differences: { readonly call: number; readonly left: unknown; readonly right: unknown }[];
}

const hostile = 'a\u001b[2J\nb\u202ec';
const app = ['--app', new URL(import.meta.url).pathname];

let file: string;

beforeEach(async () => {
  file = await database(join(await temporaryFolder(), 'app.db'), async (flow) => {
    await (await flow.start(Counter, { to: 3 }, { id: 'sum' })).result();
    for (const id of ['lost-1', 'lost-2'])
      await (await flow.start(Refund, { customer: id, cents: 1, fails: true }, { id })).settled();
  }); // prettier-ignore
});

const on = (...argv: string[]) => ['--db', file, ...argv];

/** Counters whose second step adds ten more than it should. */
const generous = {
  register: (flow: DurableFlow) => {
    @workflow({ name: 'counter' })
    class GenerousCounter extends Counter {
      @step()
      override async add(a: number, b: number) {
        return b === 2 ? a + b + 10 : a + b;
      }
    }
    flow.register(GenerousCounter, () => new GenerousCounter());
  },
};

describe('fork', () => {
  it('makes a run with the first free number, and leaves it to others', async () => {
    const first = await call(on('fork', 'sum', '--from', '1'));
    expect(first).toEqual({
      out: 'Forked sum at call 1: sum#2\nRun sum#2 goes on as soon as a process executes it.\n',
      err: '',
      exit: 0,
    });
    const { data } = await callJson<JsonFork>(on('fork', 'sum', '--from', '1'));
    expect(data).toMatchObject({ of: 'sum', run: { id: 'sum#3', status: 'pending', parent: 'sum' } });
  });

  it('executes it with --app, and shows what has become different', async () => {
    const { out, exit } = await call(on('fork', 'sum', '--from', '1', '--id', 'more', ...app), { module: generous });
    expect(exit).toBe(0);
    expect(out).toMatch(/^run +more$/m);
    expect(out).toMatch(/^output +16$/m);
    expect(out).toMatch(/\ncall +method +sum +more\n1 +add +3 +13\n2 +add +6 +16\n$/);
    const { data } = await callJson<JsonFork>(on('fork', 'sum', '--from', '2', ...app), { module: generous });
    expect(data.run).toMatchObject({ id: 'sum#2', status: 'completed', output: 6 });
    expect(data.differences).toEqual([]);
  });

  it('has the exit code of resume', async () => {
    const fails = await callJson<JsonFork>(on('fork', 'lost-1', '--from', '0', ...app));
    expect([fails.data.run.status, fails.exit]).toEqual(['failed', 1]);
    await database(file, async (flow) => (await flow.start(Refund, { customer: 'c', cents: 1 }, { id: 'gate' })).settled());
    const waits = await callJson<JsonFork>(on('fork', 'gate', '--from', '0', ...app));
    expect([waits.data.run.status, waits.exit]).toEqual(['waiting', 3]);
  });

  it.each([
    [['nobody', '--from', '0'], 'DF_UNKNOWN_RUN'],
    [['sum', '--from', '9'], 'DF_INVALID_INPUT'],
    [['sum', '--from', '0', '--id', 'lost-1'], 'DF_INPUT_MISMATCH'],
    [['sum', '--from', '0', '--id', ''], 'DF_INVALID_INPUT'],
    [['sum', '--from', '0', '--app', '/nowhere.ts'], 'CLI_APP_MISSING'],
  ])('refuses %j', async (argv, code) => {
    const { data, exit } = await callJson<JsonError>(on('fork', ...argv));
    expect([data.error.code, exit]).toEqual([code, 1]);
    expect((await callJson<{ runs: unknown[] }>(on('runs'))).data.runs).toHaveLength(3);
  });
});

describe('diff', () => {
  it('shows what the calls returned and threw, side by side', async () => {
    const { out, exit } = await call(on('diff', 'sum', 'lost-1'));
    expect(exit).toBe(0);
    expect(out).toMatch(/^call +method +sum +lost-1$/m);
    expect(out).toMatch(/^0 +add → findCustomer +1 +threw TypeError: no customer lost-1$/m);
    expect(out).toMatch(/^2 +add +6 +not called$/m);
  });

  it('says so if they do not differ', async () => {
    expect(await call(on('diff', 'sum', 'sum'))).toEqual({ out: 'The records of sum and sum do not differ.\n', err: '', exit: 0 });
    expect((await callJson(on('diff', 'sum', 'sum'))).data).toEqual({ differences: [] });
  });

  it('shows the places at which large values differ, and tells when only the arguments do', async () => {
    @workflow({ name: 'reader' })
    class Reader {
      run(version: number) {
        return this.read(version).then((page) => this.close(page.version));
      }
      @step()
      async read(version: number) {
        return { text: 'x'.repeat(500), lines: [1, 2, { at: version }], version };
      }
      @step()
      async close(_version: number) {
        return 'closed';
      }
    }
    await database(file, async (flow) => {
      flow.register(Reader, () => new Reader());
      for (const version of [1, 2]) await (await flow.start(Reader, version, { id: `v${version}` })).result();
    });
    const { out } = await call(on('diff', 'v1', 'v2'));
    expect(out).toMatch(/^0 +read +lines\[2\]\.at: 1 +lines\[2\]\.at: 2\n +version: 1 +version: 2$/m);
    expect(out).toMatch(/^1 +close +'closed' +'closed' \(other arguments\)$/m);
    expect(out).not.toContain('xxx');
  });

  it('fits the terminal, and does not let it be commanded', async () => {
    await database(file, async (flow) => {
      for (const [id, customer] of [['evil-1', hostile.repeat(9)], ['evil-2', `${hostile.repeat(9)}!`]] as const)
        await (await flow.start(Refund, { customer, cents: 1 }, { id })).settled();
    }); // prettier-ignore
    const { out } = await call(on('diff', 'evil-1', 'evil-2'), { columns: 80, env: { NO_COLOR: '1' } });
    // oxlint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stripVTControlCharacters(out)).toContain(String.raw`id: 'a\x1B[2J`);
  });

  it('refuses an unknown run', async () => {
    expect((await callJson<JsonError>(on('diff', 'sum', 'nobody'))).data.error.code).toBe('DF_UNKNOWN_RUN');
  });
});

describe('rerun', () => {
  const choosing = (answer: string | undefined) => {
    const asked: string[] = [];
    const prompts = {
      choose: async (question: string) => {
        asked.push(question);
        return answer;
      },
    } as unknown as Prompts;
    return { asked, prompts, columns: 100, env: { NO_COLOR: '1' } };
  };

  it('makes the named runs again, without a question', async () => {
    const { out, exit } = await call(on('rerun', 'lost-1', 'lost-1'));
    expect([out, exit]).toEqual([
      'lost-1 is made again as lost-1#2\n1 made again; they go on as soon as a process executes them.\n',
      0,
    ]); // prettier-ignore
    expect((await callJson(on('rerun', 'lost-1'))).data).toEqual({ reruns: [{ of: 'lost-1', id: 'lost-1#3' }] });
  });

  it('makes all failed runs again once, oldest first, after a question', async () => {
    const terminal = choosing('yes');
    const { out, err, exit } = await call(on('rerun'), terminal);
    expect(terminal.asked).toEqual(['Make 2 runs again?']);
    expect(out).toBe(
      'lost-1 is made again as lost-1#2\nlost-2 is made again as lost-2#2\n2 made again; they go on as soon as a process executes them.\n',
    );
    expect(err).toContain('2 of 2 runs made again');
    expect(exit).toBe(0);
    expect((await call(on('rerun', '--yes'))).out).toBe('There is no such run that was not made again.\n');
  });

  it.each(['no', undefined])('does nothing if the answer is %s', async (answer) => {
    expect((await call(on('rerun'), choosing(answer))).out).toBe('Nothing was done.\n');
    expect((await callJson<{ runs: unknown[] }>(on('runs'))).data.runs).toHaveLength(3);
  });

  it('needs --yes where nobody can be asked', async () => {
    const { err, exit } = await call(on('rerun'));
    expect([err, exit]).toEqual([
      'error [CLI_NO_TERMINAL]: this command asks questions, so it needs a terminal\nfix: Give --yes to have it done without being asked.\n',
      2,
    ]);
    expect((await callJson<JsonError>(on('rerun'), choosing('yes'))).data.error.code).toBe('CLI_NO_TERMINAL');
    const { data } = await callJson<{ reruns: unknown[] }>(on('rerun', '--yes'));
    expect(data.reruns).toHaveLength(2);
  });

  it('goes by status and workflow', async () => {
    expect((await callJson(on('rerun', '--yes', '--workflow', 'counter'))).data).toEqual({ reruns: [] });
    expect((await callJson(on('rerun', '--yes', '--status', 'cancelled'))).data).toEqual({ reruns: [] });
    await database(file, (flow) => flow.start(Counter, { to: 1 }, { id: 'gone' }), executesNothing);
    await call(on('cancel', 'gone'));
    expect((await callJson(on('rerun', '--yes', '--status', 'cancelled', '--workflow', 'counter'))).data).toEqual({
      reruns: [{ of: 'gone', id: 'gone#2' }],
    });
  });

  it('changes nothing if one of the names is wrong', async () => {
    expect((await callJson<JsonError>(on('rerun', 'lost-1', 'nobody'))).data.error.code).toBe('DF_UNKNOWN_RUN');
    expect((await callJson<{ runs: unknown[] }>(on('runs'))).data.runs).toHaveLength(3);
    await database(file, (flow) => flow.start(Counter, { to: 1 }, { id: 'open' }), executesNothing);
    const { data } = await callJson<JsonError>(on('rerun', 'open'));
    expect([data.error.code, data.error.message]).toEqual([
      'DF_INVALID_INPUT',
      'run "open" is pending; only one that has ended can be made again.',
    ]);
  });
});
