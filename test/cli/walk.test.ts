import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Prompts } from '../../sdk/cli/prompts.js';
import { Refund } from './support-app.js';
import { call, callJson, database, temporaryFolder } from './terminal.js';

let file: string;

beforeEach(async () => {
  file = await database(join(await temporaryFolder(), 'app.db'), async (flow) => {
    for (const cents of [1, 2, 3]) await (await flow.start(Refund, { customer: 'c-1', cents }, { id: `r-${cents}` })).settled();
  });
});

type Answer = string | undefined | (() => Promise<string>);

/** Prompts that are answered from a list; running out of answers fails the test. */
function answers(...list: Answer[]): Prompts & { asked: string[] } {
  const asked: string[] = [];
  const next = async (question: string) => {
    asked.push(question);
    if (list.length === 0) throw new Error(`nobody answers "${question}"`);
    const answer = list.shift();
    return typeof answer === 'function' ? answer() : answer;
  };
  return {
    asked,
    choose: async <Choice extends string>(question: string) => (await next(question)) as Choice | undefined,
    ask: next,
  };
}

const walk = (prompts: Prompts, ...argv: string[]) =>
  call(['--db', file, 'approvals', '--walk', ...argv], { columns: 100, prompts, env: { NO_COLOR: '1' } });

async function verdicts(): Promise<unknown[]> {
  const { data } = await callJson<{ approvals: Record<string, unknown>[] }>(['--db', file, 'approvals', '--all']);
  return data.approvals.map(({ verdict, by, reason }) => [verdict, by, reason]);
}

describe('approvals --walk', () => {
  it('asks for each open approval, and records what is said', async () => {
    const prompts = answers('approve', 'reject', 'too much', 'skip');
    const { out, exit } = await walk(prompts, '--by', 'bob');
    expect(prompts.asked).toEqual(['Decide as bob (1 of 3)', 'Decide as bob (2 of 3)', 'Why not?', 'Decide as bob (3 of 3)']);
    expect(out).toContain("2. { customer: 'c-1', cents: 2 }");
    expect(out).toMatch(/1 approved, 1 rejected, 1 skipped, 1 open\.\n$/);
    expect(exit).toBe(3);
    expect(await verdicts()).toEqual([
      ['approved', 'bob', null],
      ['rejected', 'bob', 'too much'],
      [null, null, null],
    ]);
  });

  it.each([['quit'], [undefined]])('leaves the rest open on %s', async (answer) => {
    const { out, exit } = await walk(answers('approve', answer));
    expect(out).toMatch(/1 approved, 0 rejected, 0 skipped, 2 open\.\n$/);
    expect(exit).toBe(3);
  });

  it('rejects nothing if the reason is not given', async () => {
    const { out } = await walk(answers('reject', undefined));
    expect(out).toMatch(/0 approved, 0 rejected, 0 skipped, 3 open\.\n$/);
  });

  it('tells if somebody else was faster, and goes on', async () => {
    const other = async () => {
      const flow = await DurableFlow.open(file);
      await flow.approve(1, { by: 'eve' });
      await flow.close();
      return 'approve';
    };
    const { out, exit } = await walk(answers(other, 'approve', 'approve'));
    expect(out).toContain('error [DF_APPROVAL_DECIDED]: approval 1 has been decided');
    expect(out).toMatch(/2 approved, 0 rejected, 0 skipped, 0 open\.\n$/);
    expect(exit).toBe(0);
    expect(await verdicts()).toEqual([
      ['approved', 'eve', null],
      ['approved', 'ada', null],
      ['approved', 'ada', null],
    ]);
  });

  it('says so when nothing waits', async () => {
    await walk(answers('approve', 'approve', 'approve'));
    expect((await walk(answers())).out).toBe('Nothing waits for a decision.\n');
  });

  it('needs a terminal', async () => {
    const { err, exit } = await call(['--db', file, 'approvals', '--walk']);
    expect(exit).toBe(2);
    expect(err).toMatch(/^error \[CLI_NO_TERMINAL\]: --walk asks questions, so it needs a terminal\nfix: Decide with /);
    const json = await callJson<{ error: { code: string } }>(['--db', file, 'approvals', '--walk'], { columns: 80 });
    expect([json.data.error.code, json.exit]).toEqual(['CLI_NO_TERMINAL', 2]);
  });
});
