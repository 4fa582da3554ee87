import { ModelError, scriptedModel, type ModelRequest, type ScriptedAnswer, type TelemetryEvent } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { readShopData } from '../../../examples/support-triage/clients/shop-data.js';
import { nextMove } from '../../../examples/support-triage/models/scripted-support.js';
import type { SupportDependencies } from '../../../examples/support-triage/support-deps.js';
import type { SupportTriage } from '../../../examples/support-triage/support-triage.js';
import { ApprovesSomethingElse } from '../../../examples/unsafe-agents/approves-something-else.js';
import { LeaksSecrets } from '../../../examples/unsafe-agents/leaks-secrets.js';
import { NoContextBudget } from '../../../examples/unsafe-agents/no-context-budget.js';
import { NoTimeout } from '../../../examples/unsafe-agents/no-timeout.js';
import { RetriesEverything } from '../../../examples/unsafe-agents/retries-everything.js';
import { RetryStorm } from '../../../examples/unsafe-agents/retry-storm.js';
import { RollsDice } from '../../../examples/unsafe-agents/rolls-dice.js';
import { RunawayLoop } from '../../../examples/unsafe-agents/runaway-loop.js';
import { UngatedWrites } from '../../../examples/unsafe-agents/ungated-writes.js';
import { UnvalidatedOutput } from '../../../examples/unsafe-agents/unvalidated-output.js';
import { WriteInAStep } from '../../../examples/unsafe-agents/write-in-a-step.js';
import { openFlow } from '../../fixtures/open-flow.js';
import { decideAll } from '../support-triage/decide-all.js';
import { sampleTicket, shop } from '../support-triage/shop.js';

type Unsafe = new (deps: SupportDependencies) => SupportTriage;

/** Runs the first ticket with an unsafe agent; everybody says yes. */
async function run(agent: Unsafe, change: Partial<SupportDependencies> = {}) {
  const events: TelemetryEvent[] = [];
  const flow = await openFlow(':memory:', { telemetry: (event) => void events.push(event), guard: 'off' });
  const deps = await shop(change);
  flow.register(agent, () => new agent(deps));
  const handle = await flow.start(agent, await sampleTicket('t-1'));
  return { ...(await decideAll(flow, handle)), events, deps, report: () => handle.result() };
}

const recorded = (seen: ModelRequest[], move = nextMove) =>
  scriptedModel((request) => {
    seen.push(request);
    return move(request);
  });

describe('an unsafe agent', () => {
  it.each<Unsafe>([
    NoTimeout, UnvalidatedOutput, UngatedWrites, NoContextBudget, RetriesEverything, WriteInAStep, ApprovesSomethingElse, RunawayLoop, RetryStorm, LeaksSecrets,
  ])('does its work while nothing goes wrong: %o', async (agent) => {
    expect(await (await run(agent)).report()).toMatchObject({ outcome: 'refunded', replied: true });
  }); // prettier-ignore

  it('hangs with a tool that hangs, without timeouts', async () => {
    const hanging = run(NoTimeout, { crm: { customer: () => new Promise(() => {}) } }).then(() => 'ended');
    expect(await Promise.race([hanging, new Promise((resolve) => setTimeout(resolve, 100, 'hangs'))])).toBe('hangs');
  });

  it('writes to the customer whatever a tool said, without schemas', async () => {
    const { asked } = await run(UnvalidatedOutput, { knowledge: { search: async () => '<html>502</html>' as never } });
    expect(asked.at(-1)).toContain('<html>502</html>');
  });

  it('asks nobody, without gates', async () => {
    expect((await run(UngatedWrites)).asked).toEqual([]);
  });

  it('sends prompts of any size, without a budget', async () => {
    const seen: ModelRequest[] = [];
    const { orders } = await readShopData();
    const many = Array.from({ length: 1900 }, (_, i) => ({ ...orders[0]!, id: `o-x${i}`, charges: 1 }));
    await run(NoContextBudget, { models: recorded(seen), orders: { ofCustomer: async () => [orders[0]!, ...many] } });
    expect(Math.max(...seen.map((it) => JSON.stringify(it).length))).toBeGreaterThan(150_000);
  });

  it('asks a model that is out of money two hundred times', async () => {
    const seen: ModelRequest[] = [];
    const spent = new ModelError('rate_limited', 'no credit', { spendCap: true });
    await run(RetriesEverything, { models: recorded(seen, () => ({ error: spent })) });
    expect(seen).toHaveLength(200);
  });

  it('hands over a key that nobody can find again, for a write in a step', async () => {
    const { deps } = await run(WriteInAStep);
    expect(await deps.payments.findRefund('refund:t-1:o-4711')).toBeUndefined();
  });

  it('pays another amount than was approved', async () => {
    const { asked, report } = await run(ApprovesSomethingElse);
    expect(asked[0]).toBe('Refund 2490 cents for order o-4711');
    expect((await report()).refundedCents).toBe(4980);
  });

  it('goes on for as long as the model does, without ceilings', async () => {
    const seen: ModelRequest[] = [];
    const busy = (request: ModelRequest): ScriptedAnswer =>
      seen.length > 60 ? nextMove(request) : { toolCalls: [{ name: 'searchKnowledge', input: { query: `page ${seen.length}` } }] };
    await run(RunawayLoop, { models: recorded(seen, busy) });
    expect(seen.length).toBeGreaterThan(60);
  });

  it('storms a system that is down', async () => {
    let attempts = 0;
    const customer = async () => {
      attempts++;
      throw new Error('down');
    };
    await run(RetryStorm, { crm: { customer } });
    expect(attempts).toBe(1000);
  });

  it('diverges as soon as it is resumed, when run() asks the clock', async () => {
    expect((await run(RollsDice)).view.status).toBe('diverged');
  });

  it('puts what it wrote to the customer into its telemetry', async () => {
    expect(JSON.stringify((await run(LeaksSecrets)).events)).toContain('ann@example.com');
  });
});
