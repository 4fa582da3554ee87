import Database from 'better-sqlite3';
import { join } from 'node:path';
import { approval, step, workflow, type FlowOptions } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { signDecision } from '../../sdk/approvals/sign-decision.js';
import { openFlow } from '../fixtures/open-flow.js';
import { errorCode } from '../fixtures/rejection.js';
import { tempFolder } from '../fixtures/temp-folder.js';

const executed: number[] = [];
const secret = 'a secret of the operators';

@workflow({ name: 'signing' })
class Payment {
  run(cents: number) {
    return this.pay(cents);
  }

  @approval({ edits: z.tuple([z.number()]) })
  @step()
  async pay(cents: number) {
    executed.push(cents);
    return cents;
  }
}

@workflow({ name: 'signing/quorum' })
class TwoSay {
  run() {
    return this.pay();
  }

  @approval({ quorum: 2 })
  @step()
  async pay() {
    executed.push(2);
    return 'paid';
  }
}

beforeEach(() => {
  executed.length = 0;
});

/** A run that waits at its gate, and a flow that decides on it but cannot execute it: it is taken up when the file is as it shall be. */
async function parked() {
  const file = join(tempFolder(), 'app.db');
  const open = (options: FlowOptions = {}) => openFlow(file, { approvalSecret: secret, durability: 'process-crash', ...options });
  const first = await open();
  first.register(Payment, () => new Payment());
  await (await first.start(Payment, 500, { id: 'r' })).settled();
  await first.close();
  const tamper = (sql: string, ...parameters: unknown[]) => {
    const db = new Database(file);
    const { changes } = db.prepare(sql).run(...parameters);
    db.close();
    expect(changes).toBeGreaterThan(0);
  };
  const outcome = async (options: FlowOptions = {}) => {
    const flow = await open(options);
    flow.register(Payment, () => new Payment());
    return errorCode(flow.run('r').result());
  };
  const operator = await open();
  operator.register(Payment, () => {
    throw new Error('this flow only decides');
  });
  return { file, open, operator, gate: operator.approvals()[0]!, tamper, outcome };
}

describe('with a secret', () => {
  it('a signed yes, a signed edit and a signed no are good', async () => {
    const yes = await parked();
    await yes.operator.approve(yes.gate.id, { by: 'ann' });
    const flow = await yes.open();
    flow.register(Payment, () => new Payment());
    expect(await flow.run('r').result()).toBe(500);

    const no = await parked();
    await no.operator.reject(no.gate.id, { by: 'ann' });
    expect(await no.outcome()).toBe('DF_APPROVAL_REJECTED');
    expect(executed).toEqual([500]);
  });

  it('a yes that was written into the file by somebody else is refused', async () => {
    const { tamper, outcome } = await parked();
    tamper(`UPDATE approvals SET verdict = 'approved', decided_by = 'ann', decided_at = 1`);
    tamper(`UPDATE runs SET status = 'pending'`);
    expect(await outcome()).toBe('DF_APPROVAL_FORGED');
    expect(executed).toEqual([]);
  });

  it('a yes of a flow that has another secret, or none, is refused', async () => {
    for (const approvalSecret of ['another', undefined]) {
      const { operator, open, gate, outcome } = await parked();
      await operator.close();
      // Without the class, so that nothing is executed here.
      const stranger = await open({ approvalSecret } as FlowOptions);
      await stranger.approve(gate.id, { by: 'ann' });
      await stranger.close();
      expect(await outcome()).toBe('DF_APPROVAL_FORGED');
    }
    expect(executed).toEqual([]);
  });

  it.each([
    ['another person', `UPDATE approvals SET decided_by = 'bob'`],
    ['another time', `UPDATE approvals SET decided_at = decided_at + 1`],
    ['other arguments in the place of the edited ones', `UPDATE approvals SET edited = replace(edited, '300', '900')`],
    ['no edit any more', `UPDATE approvals SET edited = NULL`],
    ['a signature cut short', `UPDATE approvals SET signature = substr(signature, 2)`],
    ['no signature', `UPDATE approvals SET signature = NULL`],
    ['a no in the place of the yes', `UPDATE approvals SET verdict = 'rejected'`],
  ])('a signed decision with %s is refused', async (_, sql) => {
    const { operator, gate, tamper, outcome } = await parked();
    await operator.approve(gate.id, { by: 'ann', edit: [300] });
    tamper(sql);
    expect(await outcome()).toBe('DF_APPROVAL_FORGED');
    expect(executed).toEqual([]);
  });

  it('a signed yes cannot be carried over to another run', async () => {
    const { open, operator, gate, tamper } = await parked();
    const worker = await open();
    await operator.approve(gate.id, { by: 'ann' });
    worker.register(Payment, () => new Payment());
    const other = await worker.start(Payment, 500, { id: 'other' });
    await other.settled();
    tamper(
      `UPDATE approvals SET (verdict, decided_by, decided_at, signature) = (SELECT verdict, decided_by, decided_at, signature FROM approvals WHERE id = ?) WHERE id <> ?`,
      gate.id,
      gate.id,
    );
    tamper(`UPDATE runs SET status = 'pending' WHERE id = 'other'`);
    expect(await errorCode(other.result())).toBe('DF_APPROVAL_FORGED');
  });

  // Only the deciding yes is signed: the votes before it are bare names, and a name can be written into the file.
  it('a vote that was written into the file by somebody else does not count towards the quorum', async () => {
    const file = join(tempFolder(), 'app.db');
    const flow = await openFlow(file, { approvalSecret: secret, durability: 'process-crash' });
    flow.register(TwoSay, () => new TwoSay());
    const run = await flow.start(TwoSay, undefined, { id: 'r' });
    await run.settled();
    const db = new Database(file);
    db.prepare(`INSERT INTO votes (approval, by, at) VALUES (?, 'bob', 1)`).run(flow.approvals()[0]!.id);
    db.close();
    await flow.approve(flow.approvals()[0]!.id, { by: 'ann' }).catch(() => {});
    await run.settled();
    expect(executed).toEqual([]);
  });

  it('a quorum of signed votes is good', async () => {
    const flow = await openFlow(':memory:', { approvalSecret: secret });
    flow.register(TwoSay, () => new TwoSay());
    const run = await flow.start(TwoSay);
    await run.settled();
    const { id } = flow.approvals()[0]!;
    await flow.approve(id, { by: 'ann' });
    await flow.approve(id, { by: 'bob' });
    expect(await run.result()).toBe('paid');
  });

  it('time alone may not say yes: such a class is not registered', async () => {
    @workflow({ name: 'signing/by-time' })
    class ByTime {
      run() {
        return this.pay();
      }

      @approval({ expiresIn: '1h', onExpire: 'approve' })
      @step()
      async pay() {
        return 'paid';
      }
    }
    const flow = await openFlow(':memory:', { approvalSecret: secret });
    const register = async () => flow.register(ByTime, () => new ByTime());
    expect(await errorCode(register())).toBe('DF_INVALID_DEFINITION');
  });

  it('without one in force at the execution nothing is checked, which is what the tests above rely on', async () => {
    const { operator, gate, tamper, file } = await parked();
    await operator.approve(gate.id, { by: 'ann', edit: [300] });
    tamper(`UPDATE approvals SET edited = replace(edited, '300', '900')`);
    const flow = await openFlow(file);
    flow.register(Payment, () => new Payment());
    expect(await flow.run('r').result()).toBe(900);
  });
});

describe('a signature', () => {
  const decision = { runId: 'r', call: 0, digest: 'd', code: 'c', verdict: 'approved', by: 'ann', at: 1, edited: undefined } as const;

  it('differs with every part of the decision', () => {
    const variants = [
      {},
      { runId: 's' },
      { call: 1 },
      { digest: 'e' },
      { code: 'b' },
      { verdict: 'rejected' },
      { by: 'bob' },
      { at: 2 },
      { edited: '[]' },
    ];
    const signatures = variants.map((variant) => signDecision(secret, { ...decision, ...variant } as typeof decision));
    expect(new Set(signatures).size).toBe(variants.length);
    expect(signDecision('another', decision)).not.toBe(signatures[0]);
  });
});
