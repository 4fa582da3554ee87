import { approval, ApprovalExpired, ApprovalRejected, effectKey, sideEffect, step, workflow, type DurableFlow } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { encode } from '../../sdk/journal/index.js';
import { eventually } from '../fixtures/eventually.js';
import { memoryStore } from '../fixtures/open-flow.js';
import { errorCode, rejection } from '../fixtures/rejection.js';
import { stage, virtualFlow } from '../fixtures/virtual-flow.js';

const executed: string[] = [];

type Gate = 'rejects' | 'approves' | 'quorum' | 'named' | 'edits' | 'plain';

@workflow({ name: 'gates' })
class Gates {
  run(gates: readonly Gate[]) {
    return Promise.all(gates.map((gate) => this[gate](gate, 500)));
  }

  @approval({ expiresIn: '1h' })
  @step()
  async rejects(name: string, cents: number) {
    return pay(name, cents);
  }

  @approval({ expiresIn: '1h', onExpire: 'approve' })
  @step()
  async approves(name: string, cents: number) {
    return pay(name, cents);
  }

  @approval({ quorum: 2, deciders: ['ann', 'bob', 'cid'] })
  @step()
  async quorum(name: string, cents: number) {
    return pay(name, cents);
  }

  @approval({ deciders: ['ann'] })
  @step()
  async named(name: string, cents: number) {
    return pay(name, cents);
  }

  @approval({ edits: z.tuple([z.string(), z.coerce.number().max(1000)]), show: (name, cents) => `${name}: ${cents}` })
  @sideEffect({ idempotencyKey: (name, cents) => `${name}:${cents}` })
  async edits(name: string, cents: number) {
    return pay(`${name} under ${effectKey()}`, cents);
  }

  @approval()
  @step()
  async plain(name: string, cents: number) {
    return pay(name, cents);
  }
}

function pay(name: string, cents: number): string {
  executed.push(`${name} ${cents}`);
  return `paid ${cents}`;
}

beforeEach(() => {
  executed.length = 0;
});

async function waiting(...gates: Gate[]) {
  const it = await virtualFlow(Gates);
  const run = await it.flow.start(Gates, gates, { id: 'r' });
  await run.settled();
  return { ...it, run, gate: it.flow.approvals()[0]! };
}

const gateOf = (flow: DurableFlow, method: Gate) => flow.approvals().find((it) => it.method === method)!;

describe('a gate that expires', () => {
  it('refuses the call by default, and not a moment too soon', async () => {
    const { run, clock, flow } = await waiting('rejects');
    await clock.advance('59m');
    expect(run.view().status).toBe('waiting');
    await clock.advance('1m');
    expect(await rejection(run.result())).toBeInstanceOf(ApprovalExpired);
    expect(executed).toEqual([]);
    expect(flow.approvals({ open: false })[0]).toMatchObject({ verdict: 'expired', by: undefined });
  });

  it('makes the call with onExpire: approve', async () => {
    const { run, clock, flow } = await waiting('approves');
    await clock.advance('1h');
    expect(await run.result()).toEqual(['paid 500']);
    expect(flow.approvals({ open: false })[0]).toMatchObject({ verdict: 'expired' });
  });

  it('with onExpire: approve is refused all the same if somebody said no in time', async () => {
    const { run, clock, flow, gate } = await waiting('approves');
    await clock.advance('59m');
    await flow.reject(gate.id, { by: 'ann' });
    expect(await rejection(run.result())).toBeInstanceOf(ApprovalRejected);
    expect(executed).toEqual([]);
  });

  it('takes no decision any more, even before anybody has noticed', async () => {
    const { open, clock } = stage();
    const first = await open([Gates]);
    await (await first.start(Gates, ['rejects'], { id: 'r' })).settled();
    await first.close();
    await clock.advance('1h');
    const operator = await open();
    expect(await errorCode(operator.approve(operator.approvals()[0]!.id, { by: 'ann' }))).toBe('DF_APPROVAL_EXPIRED');
  });
});

describe('a gate with a quorum', () => {
  it('opens when enough different people have said yes', async () => {
    const { run, flow, gate } = await waiting('quorum');
    await flow.approve(gate.id, { by: 'ann' });
    expect(flow.approval(gate.id)).toMatchObject({ quorum: 2, approvedBy: ['ann'], verdict: undefined });
    expect(await errorCode(flow.approve(gate.id, { by: 'ann' }))).toBe('DF_APPROVAL_DECIDED');
    expect(run.view().status).toBe('waiting');
    expect(executed).toEqual([]);
    await flow.approve(gate.id, { by: 'bob', reason: 'me too' });
    expect(await run.result()).toEqual(['paid 500']);
    expect(flow.approval(gate.id)).toMatchObject({ approvedBy: ['ann', 'bob'], verdict: 'approved', by: 'bob', reason: 'me too' });
  });

  it('is refused by a single no, even of one who said yes before', async () => {
    const { run, flow, gate } = await waiting('quorum');
    await flow.approve(gate.id, { by: 'ann' });
    await flow.reject(gate.id, { by: 'ann', reason: 'changed my mind' });
    expect(await rejection(run.result())).toMatchObject({ by: 'ann', reason: 'changed my mind' });
    expect(executed).toEqual([]);
  });

  it('two who say yes at once are two', async () => {
    const { run, flow, gate } = await waiting('quorum');
    await Promise.all(['ann', 'bob'].map((by) => flow.approve(gate.id, { by })));
    expect(await run.result()).toEqual(['paid 500']);
  });

  it('one who says yes twice at once is one', async () => {
    const { run, flow, gate } = await waiting('quorum');
    const votes = await Promise.allSettled(['ann', 'ann'].map((by) => flow.approve(gate.id, { by })));
    expect(votes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(run.view().status).toBe('waiting');
  });
});

describe('a gate with deciders', () => {
  it('takes a yes or a no from nobody else', async () => {
    const { run, flow, gate } = await waiting('named');
    expect(gate.deciders).toEqual(['ann']);
    expect(await errorCode(flow.approve(gate.id, { by: 'bob' }))).toBe('DF_APPROVAL_FORBIDDEN');
    expect(await errorCode(flow.reject(gate.id, { by: 'bob' }))).toBe('DF_APPROVAL_FORBIDDEN');
    expect(run.view().status).toBe('waiting');
    await flow.approve(gate.id, { by: 'ann' });
    expect(await run.result()).toEqual(['paid 500']);
  });
});

describe('a gate that allows edits', () => {
  it('makes the call with the changed arguments, and keeps both', async () => {
    const { run, flow, gate } = await waiting('edits');
    await flow.approve(gate.id, { by: 'ann', edit: ['less', '300'], reason: 'enough' });
    expect(await run.result()).toEqual(['paid 300']);
    expect(executed).toEqual(['less under less:300 300']);
    expect(flow.approval(gate.id)).toMatchObject({ args: ['edits', 500], edited: ['less', 300], verdict: 'approved', reason: 'enough' });
    expect(flow.show('r').effects).toMatchObject([{ key: 'less:300', state: 'done' }]);
  });

  it('may be approved as it is', async () => {
    const { run, flow, gate } = await waiting('edits');
    await flow.approve(gate.id, { by: 'ann' });
    expect(await run.result()).toEqual(['paid 500']);
    expect(flow.approval(gate.id).edited).toBeUndefined();
  });

  it.each([
    ['what the schema refuses', ['x', 5000]],
    ['too few arguments', ['x']],
    ['too many arguments', ['x', 1, 2]],
  ])('refuses %s, and stays open', async (_, edit) => {
    const { run, flow, gate } = await waiting('edits');
    expect(await errorCode(flow.approve(gate.id, { by: 'ann', edit }))).toBe('DF_APPROVAL_EDIT_REFUSED');
    expect(run.view().status).toBe('waiting');
    expect(flow.approvals()).toHaveLength(1);
  });

  it('refuses edits where they are not allowed, or cannot be checked', async () => {
    const { flow, gate, open } = await waiting('plain');
    expect(await errorCode(flow.approve(gate.id, { by: 'ann', edit: ['x', 1] }))).toBe('DF_APPROVAL_EDIT_REFUSED');
    await flow.close();
    const operator = await open();
    expect(await errorCode(operator.approve(gate.id, { by: 'ann', edit: ['x', 1] }))).toBe('DF_APPROVAL_EDIT_REFUSED');
  });

  it.each([
    ['edits', ['x', 5000]],
    ['plain', ['x', 1]],
  ] as const)('is checked once more before the call is made: written into the file for %s', async (gate, edit) => {
    const store = memoryStore();
    const { open } = stage(store);
    const first = await open([Gates]);
    await (await first.start(Gates, [gate], { id: 'r' })).settled();
    await first.close();
    await store.write((db) => {
      db.prepare(`UPDATE approvals SET verdict = 'approved', decided_by = 'eve', decided_at = 1, edited = ?`).run(encode(edit, ''));
      db.prepare(`UPDATE runs SET status = 'pending'`).run();
    });
    const second = await open([Gates]);
    expect(await errorCode(second.run('r').result())).toBe('DF_APPROVAL_EDIT_REFUSED');
    expect(executed).toEqual([]);
  });

  it('goes by the edit after its process was replaced', async () => {
    const { open } = stage();
    const first = await open([Gates]);
    await (await first.start(Gates, ['edits', 'plain'], { id: 'r' })).settled();
    await first.approve(gateOf(first, 'edits').id, { by: 'ann', edit: ['x', 7] });
    await eventually(() => executed.length === 1 && first.run('r').view().status === 'waiting');
    await first.close();
    const second = await open([Gates]);
    await second.approve(gateOf(second, 'plain').id, { by: 'ann' });
    expect(await second.run('r').result()).toEqual(['paid 7', 'paid 500']);
    expect(executed).toEqual(['x under x:7 7', 'plain 500']);
  });
});

describe('several gates at once', () => {
  it('are decided one by one, in any order', async () => {
    const { run, flow, clock } = await waiting('plain', 'quorum', 'approves');
    expect(flow.approvals({ runId: 'r' })).toHaveLength(3);
    const [plain, quorum] = [gateOf(flow, 'plain').id, gateOf(flow, 'quorum').id];
    await flow.approve(quorum, { by: 'ann' });
    await clock.advance('1h');
    await eventually(() => executed.length === 1 && run.view().status === 'waiting');
    await flow.approve(plain, { by: 'bob' });
    await eventually(() => executed.length === 2 && run.view().status === 'waiting');
    await flow.approve(quorum, { by: 'bob' });
    expect(await run.result()).toEqual(['paid 500', 'paid 500', 'paid 500']);
    expect(executed).toEqual(['approves 500', 'plain 500', 'quorum 500']);
  });

  it('one of them refused ends the run, and closes the others', async () => {
    const { run, flow } = await waiting('plain', 'named');
    await flow.reject(gateOf(flow, 'plain').id, { by: 'bob' });
    await rejection(run.result());
    expect(flow.approvals()).toEqual([]);
    expect(executed).toEqual([]);
  });
});

describe('a definition', () => {
  const defined = (options: Parameters<typeof approval>[0]) => async () => {
    @workflow({ name: 'gates/bad' })
    class Bad {
      async run() {}

      @approval(options as object)
      @step()
      async gated() {}
    }
    const { flow } = await virtualFlow();
    flow.register(Bad, () => new Bad());
  };

  it.each([
    ['a quorum of none', { quorum: 0 }],
    ['a quorum of one and a half', { quorum: 1.5 }],
    ['a quorum of more than may decide', { quorum: 2, deciders: ['ann'] }],
    ['edits with a quorum', { quorum: 2, edits: z.tuple([]) }],
  ])('with %s is refused', async (_, options) => {
    expect(await errorCode(defined(options))).toBe('DF_INVALID_DEFINITION');
  });
});
