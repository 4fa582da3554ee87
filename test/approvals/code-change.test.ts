import Database from 'better-sqlite3';
import { join } from 'node:path';
import { approval, step, workflow, type FlowOptions, type WorkflowClass } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../fixtures/eventually.js';
import { openFlow } from '../fixtures/open-flow.js';
import { errorCode } from '../fixtures/rejection.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { stage } from '../fixtures/virtual-flow.js';

const executed: string[] = [];
type Agent = new () => { run(): Promise<unknown>; pay(): Promise<string> };

/** Two builds of one class: what the operator approved, and what is deployed meanwhile. */
function builds(onCodeChange?: 'ask' | 'keep'): { before: Agent; after: Agent } {
  const options = onCodeChange ? { onCodeChange } : {};
  @workflow({ name: 'code-change' })
  class Before {
    run() {
      return this.pay();
    }

    @approval(options)
    @step()
    async pay() {
      executed.push('pay once');
      return 'once';
    }
  }
  @workflow({ name: 'code-change' })
  class After {
    run() {
      return this.pay();
    }

    @approval(options)
    @step()
    async pay() {
      executed.push('pay twice');
      return 'twice';
    }
  }
  return { before: Before, after: After };
}

beforeEach(() => {
  executed.length = 0;
});

/** The gate was put up by one build and approved; another one takes the run up. */
async function approvedThen(taken: Agent, before: Agent) {
  const it = stage();
  const first = await it.open([before]);
  await (await first.start(before as WorkflowClass<undefined>, undefined, { id: 'r' })).settled();
  await first.close();
  const operator = await it.open();
  await operator.approve(operator.approvals()[0]!.id, { by: 'ann' });
  await operator.close();
  return { ...it, flow: await it.open([taken]) };
}

describe('code that has changed under a decision', () => {
  it('puts the gate up again, and goes on after a new yes', async () => {
    const { before, after } = builds();
    const { flow, events } = await approvedThen(after, before);
    await eventually(() => flow.run('r').view().status === 'waiting');
    expect(executed).toEqual([]);
    expect(flow.approvals()).toMatchObject([{ verdict: undefined, by: undefined, approvedBy: [] }]);
    expect(events.filter(({ event }) => event === 'approval.reopened')).toMatchObject([{ method: 'pay', by: 'ann' }]);
    await flow.approve(flow.approvals()[0]!.id, { by: 'ann' });
    expect(await flow.run('r').result()).toBe('twice');
  });

  it('can be refused then', async () => {
    const { before, after } = builds('ask');
    const { flow } = await approvedThen(after, before);
    await eventually(() => flow.run('r').view().status === 'waiting');
    await flow.reject(flow.approvals()[0]!.id, { by: 'bob' });
    expect(await errorCode(flow.run('r').result())).toBe('DF_APPROVAL_REJECTED');
    expect(executed).toEqual([]);
  });

  it('goes by the decision with onCodeChange: keep', async () => {
    const { before, after } = builds('keep');
    const { flow } = await approvedThen(after, before);
    expect(await flow.run('r').result()).toBe('twice');
  });

  it('unchanged asks nobody again', async () => {
    const { before } = builds();
    const { flow } = await approvedThen(before, before);
    expect(await flow.run('r').result()).toBe('once');
  });

  it('cannot be approved by the signature of the decision before', async () => {
    const { before, after } = builds();
    const file = join(tempFolder(), 'app.db');
    const open = async (agent?: Agent, options: FlowOptions = {}) => {
      const flow = await openFlow(file, { approvalSecret: 's', durability: 'process-crash', ...options });
      if (agent) flow.register(agent, () => new agent());
      return flow;
    };
    const first = await open(before);
    await (await first.start(before as WorkflowClass<undefined>, undefined, { id: 'r' })).settled();
    await first.close();
    const operator = await open();
    await operator.approve(operator.approvals()[0]!.id, { by: 'ann' });
    await operator.close();
    const db = new Database(file);
    const old = db.prepare('SELECT verdict, decided_by, decided_at, signature FROM approvals').get() as Record<string, unknown>;
    const second = await open(after);
    await eventually(() => second.run('r').view().status === 'waiting' && second.approvals().length === 1);
    await second.close();
    db.prepare('UPDATE approvals SET verdict = @verdict, decided_by = @decided_by, decided_at = @decided_at, signature = @signature').run(
      old,
    );
    db.prepare(`UPDATE runs SET status = 'pending'`).run();
    db.close();
    expect(await errorCode((await open(after)).run('r').result())).toBe('DF_APPROVAL_FORGED');
    expect(executed).toEqual([]);
  });
});
