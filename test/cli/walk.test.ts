import { join } from 'node:path';
import { approval, DurableFlow, scriptedModel, step, workflow } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Prompts } from '../../sdk/cli/prompts.js';
import { Board, Payout, Refund } from './support-app.js';
import { call, callJson, database, temporaryFolder } from './terminal.js';

/** Asks a model twice, with a step in between that asks none, before its gate. */
@workflow({ name: 'clerk' })
class Clerk {
  async run(subject: string) {
    await this.ask(subject, 'Wait.');
    await this.look();
    const said = await this.ask(subject, 'Send it \u001b[2J at once.');
    return this.send(said);
  }

  @step()
  async ask(subject: string, answer: string) {
    const model = scriptedModel([answer]);
    return (await model.complete({ messages: [{ role: 'user', content: subject }], maxTokens: 50 })).text;
  }

  @step()
  async look() {
    return 'seen';
  }

  @approval()
  @step()
  async send(text: string) {
    return text;
  }
}

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
    edit: next,
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

  it('tells what somebody else has decided before its turn came', async () => {
    const other = async () => {
      const flow = await DurableFlow.open(file);
      await flow.reject(2, { by: 'eve', reason: 'twice' });
      await flow.close();
      return 'skip';
    };
    const prompts = answers(other, 'skip');
    const { out } = await walk(prompts);
    expect(out).toContain('#2 is decided already: rejected by eve, just now: twice');
    expect(prompts.asked).toEqual(['Decide as ada (1 of 3)', 'Decide as ada (3 of 3)']);
  });

  it('shows the votes, and lets those who may not decide only look', async () => {
    const board = await database(join(await temporaryFolder(), 'board.db'), async (flow) => {
      await (await flow.start(Board, undefined, { id: 'b-1' })).settled();
    });
    const at = (by: string, ...list: Answer[]) =>
      call(['--db', board, 'approvals', '--walk', '--by', by], { columns: 100, prompts: answers(...list), env: { NO_COLOR: '1' } });
    const offered: string[][] = [];
    const looks = { ...answers(), choose: async (_question: string, choices: readonly { value: string }[]) => {
      offered.push(choices.map(({ value }) => value));
      return undefined;
    } } as Prompts; // prettier-ignore
    await call(['--db', board, 'approvals', '--walk', '--by', 'eve'], { columns: 100, prompts: looks });
    expect((await at('ada', 'approve')).out).toContain('It stays open for the others: it needs 2 people who say yes; so far ada.');
    await call(['--db', board, 'approvals', '--walk', '--by', 'ada'], { columns: 100, prompts: looks });
    expect(offered).toEqual([['skip', 'quit'], ['skip', 'quit']]); // prettier-ignore
    expect((await at('bob', 'approve')).exit).toBe(0);
  });

  it('edits arguments with --app, and asks again if they are refused', async () => {
    const payouts = await database(join(await temporaryFolder(), 'payouts.db'), async (flow) => {
      await (await flow.start(Payout, { to: 'c-1', plan: { cents: 900, note: 'for ever' } }, { id: 'p-1' })).settled();
    });
    const change = (cents: number) => async () => JSON.stringify(['c-1', { cents, note: 'for ever' }]);
    const prompts = answers('edit', async () => '{', 'edit', change(5000), 'yes', 'edit', change(300), 'no', 'edit', change(300), 'yes');
    const { out, exit } = await call(['--db', payouts, 'approvals', '--walk', '--app', './support-app.ts'.replace('.', 'test/cli')], {
      columns: 100,
      prompts,
      env: { NO_COLOR: '1' },
    });
    expect(out).toContain('error [CLI_USAGE]: it must be JSON');
    expect(out).toContain('error [DF_APPROVAL_EDIT_REFUSED]');
    expect(out).toContain('2.cents: 900 → 300');
    expect([out.endsWith('1 approved, 0 rejected, 0 skipped, 0 open.\n'), exit]).toEqual([true, 0]);
    const { data } = await callJson<{ approvals: { edited: unknown }[] }>(['--db', payouts, 'approvals', '--all']);
    expect(data.approvals[0]?.edited).toEqual(['c-1', { cents: 300, note: 'for ever' }]);
  });

  it('shows what models said before the gate, the latest first', async () => {
    const cards = await database(join(await temporaryFolder(), 'said.db'), async (flow) => {
      flow.register(Clerk, () => new Clerk());
      await (await flow.start(Clerk, 'ticket', { id: 'said' })).settled();
    });
    const { out } = await call(['--db', cards, 'approvals', '--walk'], { columns: 100, prompts: answers('quit'), env: { NO_COLOR: '1' } });
    expect(out.match(/^ {2}said before .*\n.*$/gm)).toEqual([
      "  said before by scripted, in ask (call 2):\n    'Send it \\x1B[2J at once.'",
      "  said before by scripted, in ask (call 0):\n    'Wait.'",
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
