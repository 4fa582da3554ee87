import { approval, ApprovalExpired, ApprovalRejected, step, workflow, type DurableFlow } from 'durableflow';
import { expect } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../fixtures/eventually.js';
import { errorCode, rejection } from '../../fixtures/rejection.js';
import { scenario } from '../scenario.js';

/** The gate of a run that waits for somebody. */
async function gateOf(flow: DurableFlow, runId: string) {
  await eventually(() => flow.approvals({ runId }).length > 0);
  return flow.approvals({ runId })[0]!;
}

export const approvals = [
  scenario('a yes lets exactly these arguments through, and a no ends the run as rejected', async ({ process, world }) => {
    @workflow({ name: 'conformance/gate' })
    class Gate {
      async run(cents: number) {
        return this.refund('ann', cents);
      }

      @approval({ show: (who, cents) => `Refund ${cents} to ${who}` })
      @step()
      async refund(who: string, cents: number) {
        world.does(`${who} ${cents}`);
        return cents;
      }
    }
    const flow = await process([Gate]);
    const yes = await flow.start(Gate, 5, { id: 'gate-yes' });
    const no = await flow.start(Gate, 6, { id: 'gate-no' });
    expect((await yes.settled()).status).toBe('waiting');
    const gate = await gateOf(flow, yes.id);
    expect(gate).toMatchObject({ show: 'Refund 5 to ann', args: ['ann', 5] });
    expect(await errorCode(flow.approve(gate.id, { by: 'bob', digest: 'of something else' }))).toBe('DF_APPROVAL_CHANGED');
    expect(world.deeds).toEqual([]);
    await flow.approve(gate.id, { by: 'bob', digest: gate.digest, reason: 'fine' });
    expect(await yes.result()).toBe(5);
    expect(await errorCode(flow.approve(gate.id, { by: 'cat' }))).toBe('DF_APPROVAL_DECIDED');
    await flow.reject((await gateOf(flow, no.id)).id, { by: 'bob', reason: 'too much' });
    expect(await rejection(no.result())).toBeInstanceOf(ApprovalRejected);
    expect(no.view().status).toBe('rejected');
    expect(world.deeds).toEqual(['ann 5']);
  }),

  scenario('a gate that nobody decides on expires', async ({ process, world }) => {
    @workflow({ name: 'conformance/expires' })
    class Expires {
      async run() {
        return this.act();
      }

      @approval({ expiresIn: '300ms' })
      @step()
      async act() {
        world.does('act');
      }
    }
    const flow = await process([Expires]);
    const run = await flow.start(Expires, undefined, { id: 'expires' });
    expect(await rejection(run.result())).toBeInstanceOf(ApprovalExpired);
    expect(world.deeds).toEqual([]);
  }),

  scenario('several people must say yes, of those who may, each once', async ({ process }) => {
    @workflow({ name: 'conformance/quorum' })
    class Quorum {
      async run() {
        return this.act();
      }

      @approval({ quorum: 2, deciders: ['ann', 'bob'] })
      @step()
      async act() {
        return 'done';
      }
    }
    const flow = await process([Quorum]);
    const run = await flow.start(Quorum, undefined, { id: 'quorum' });
    await run.settled();
    const gate = await gateOf(flow, run.id);
    expect(await errorCode(flow.approve(gate.id, { by: 'eve' }))).toBe('DF_APPROVAL_FORBIDDEN');
    await flow.approve(gate.id, { by: 'ann' });
    await flow.approve(gate.id, { by: 'ann' }).catch(() => {});
    expect(flow.approval(gate.id)).toMatchObject({ verdict: undefined, approvedBy: ['ann'] });
    await flow.approve(gate.id, { by: 'bob' });
    expect(await run.result()).toBe('done');
  }),

  scenario('an operator may change the arguments where the gate allows it, under a signature', async ({ process, world }) => {
    @workflow({ name: 'conformance/edits' })
    class Edits {
      async run(cents: number) {
        return this.pay(cents);
      }

      @approval({ edits: z.tuple([z.number().max(100)]) })
      @step()
      async pay(cents: number) {
        world.does(`pay ${cents}`);
        return cents;
      }
    }
    const flow = await process([Edits], { approvalSecret: 'kept outside' });
    const run = await flow.start(Edits, 900, { id: 'edits' });
    await run.settled();
    const gate = await gateOf(flow, run.id);
    expect(await errorCode(flow.approve(gate.id, { by: 'ann', edit: [101] }))).toBe('DF_APPROVAL_EDIT_REFUSED');
    await flow.approve(gate.id, { by: 'ann', edit: [40] });
    expect(await run.result()).toBe(40);
    expect(world.deeds).toEqual(['pay 40']);
    expect(flow.approval(gate.id)).toMatchObject({ signed: 'valid', edited: [40] });
  }),
];
