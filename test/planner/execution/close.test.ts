import { SqliteBudgetLedger } from 'durableflow';
import { Planner } from 'durableflow/planner';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../fixtures/eventually.js';
import { tempFolder } from '../../fixtures/temp-folder.js';
import { failure } from '../../models/fixtures/collect.js';
import { openAiWire } from '../../models/fixtures/open-ai-stub.js';
import { StubServer } from '../../models/fixtures/stub-server.js';
import { gate, hello, stubTarget } from './stub-targets.js';

type Coded = Error & { code: string };

const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
const said = openAiWire.completion({ usage });
const budgets = [{ id: 'team', limitUsd: 1, period: 'total' }] as const;

describe('closing a planner', () => {
  it('lets what is under way come to its answer, and takes nothing new', async () => {
    const held = gate(said);
    await using server = await StubServer.start(held.reply);
    const planner = await Planner.open({ targets: [stubTarget('small', server)] });
    const answer = planner.complete(hello);
    await held.reached;
    const closed = planner.close();
    expect((await failure<Coded>((async () => planner.complete(hello))())).code).toBe('DF_CLOSED');
    held.open();
    expect((await answer).targetId).toBe('small');
    await closed;
  });

  it('gives back what is not over in time: its caller is told, and the next planner goes on with it', async () => {
    const file = `${tempFolder()}/planner.db`;
    const held = gate(said);
    await using server = await StubServer.start(held.reply);
    const targets = [stubTarget('small', server)];
    const planner = await Planner.open({ targets, file, budgets });
    const answer = failure<Coded>(planner.complete(hello, { budgetId: 'team' }, { requestId: 'r-1' }));
    const request = await held.reached;
    await planner.close({ grace: '50ms' });
    await request.hungUp;
    expect((await answer).code).toBe('DF_CLOSED');
    server.reply(said);
    await using next = await Planner.open({ targets, file, budgets });
    await eventually(() => next.trace('r-1').state === 'answered');
    const { escalation, totals } = next.trace('r-1');
    expect(escalation.map(({ outcome }) => outcome)).toEqual(['interrupted', 'no_check_completed']);
    expect(next.committedUsd('team')).toBe(totals.chargedUsd);
    held.open();
  });

  it('keeps what was learned of the targets', async () => {
    const file = `${tempFolder()}/planner.db`;
    await using server = await StubServer.start(said);
    const targets = [stubTarget('small', server)];
    const check = { type: 'regex', pattern: 'Hello' } as const;
    const planner = await Planner.open({ targets, file });
    for (let n = 0; n < 3; n++) await planner.complete(hello, { check });
    await planner.close();
    await using next = await Planner.open({ targets, file });
    expect(next.plan(hello, { check }).chain[0]!.estimate.success).toMatchObject({ rate: 1, samples: 3 });
  });
});

describe('money that is set aside', () => {
  it('is given back where the request then cannot be started', async () => {
    const file = `${tempFolder()}/planner.db`;
    await using server = await StubServer.start(said);
    await using planner = await Planner.open({ targets: [stubTarget('small', server)], file, budgets });
    const endless = { ...hello, messages: [{ role: 'user', content: 'x' }], metadata: { at: () => 1 } };
    await planner.complete(endless, { budgetId: 'team' });
    await using ledger = new SqliteBudgetLedger(file);
    expect(await ledger.committed({ kind: 'session', key: 'team' })).toBe(30);
  });
});
