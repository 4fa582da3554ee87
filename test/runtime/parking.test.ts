import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { approval, step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { keptOpen } from '../fixtures/wrapped-store.js';

let instances = 0;
const bodies: string[] = [];

@workflow({ name: 'parking' })
class Parked {
  constructor() {
    instances++;
  }

  async run(gates: number) {
    await this.before();
    for (let n = 0; n < gates; n++) await this.gated(n);
    return this.after();
  }

  @step()
  async before() {
    bodies.push('before');
  }

  @approval()
  @step()
  async gated(n: number) {
    bodies.push(`gated ${n}`);
  }

  @step()
  async after() {
    bodies.push('after');
    return 'done';
  }
}

describe('a parked run', () => {
  it('is replayed when it goes on: a new instance, the same records, no body twice', async () => {
    instances = 0;
    bodies.length = 0;
    const flow = await openFlow(keptOpen(memoryStore()));
    flow.register(Parked, () => new Parked());
    const run = await flow.start(Parked, 2, { id: 'r' });
    for (let gate = 0; gate < 2; gate++) {
      expect((await run.settled()).status).toBe('waiting');
      const [open] = flow.approvals();
      await flow.approve(open!.id, { by: 'ann' });
      if (gate === 0) while (flow.approvals()[0] === undefined) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await run.result()).toBe('done');
    expect(bodies).toEqual(['before', 'gated 0', 'gated 1', 'after']);
    expect(instances).toBe(3);
    expect(run.view().claims).toBe(3);
  });

  it('takes no memory: its instance is collected', { timeout: 60_000 }, async () => {
    const child = fileURLToPath(new URL('parking-memory.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', 'tsx', child], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
    });
    expect(JSON.parse(stdout)).toEqual({ waiting: 200, alive: 0 });
  });
});
