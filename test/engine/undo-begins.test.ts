import { setTimeout as pause } from 'node:timers/promises';
import { compensate, step, workflow } from 'durableflow';
import { expect, it } from 'vitest';
import { openFlow } from '../fixtures/open-flow.js';

const executed: string[] = [];

/** The run fails at the very moment at which another branch of it is about to begin its second step. */
@workflow({ name: 'undo-begins' })
class FailsAside {
  async run() {
    await Promise.all([this.two(), this.fail()]);
  }

  async two() {
    await this.reserve('a');
    await this.reserve('b');
  }

  @step()
  @compensate('release')
  async reserve(what: string) {
    executed.push(`reserve ${what}`);
    await pause(5);
    return what;
  }

  @step()
  async release(what: string) {
    executed.push(`release ${what}`);
  }

  @step({ retry: { maxAttempts: 1 } })
  async fail() {
    await pause(5);
    throw new Error('failed');
  }
}

// Which of the two comes first differs from run to run; whatever it is, each run ends, and leaves nothing behind.
it('a step that waits for its turn when the undoing begins is not begun, or is undone as well', async () => {
  const flow = await openFlow();
  flow.register(FailsAside, () => new FailsAside());
  for (let i = 0; i < 20; i++) {
    executed.length = 0;
    const run = await flow.start(FailsAside);
    expect((await run.settled()).status).toBe('failed');
    const reserved = executed.filter((it) => it.startsWith('reserve')).map((it) => it.replace('reserve', 'release'));
    expect(executed.filter((it) => it.startsWith('release'))).toEqual(reserved.toReversed());
  }
});
