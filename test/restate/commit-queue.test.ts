import { setImmediate } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { CommitQueue } from '../../sdk/restate/commit-queue.js';

it('refuses what comes after the run was lost, and leaves no refusal that nobody hears', async () => {
  const unheard: unknown[] = [];
  const hear = (error: unknown) => unheard.push(error);
  process.on('unhandledRejection', hear);
  onTestFinished(() => void process.off('unhandledRejection', hear));
  const queue = new CommitQueue();
  queue.fence('r');
  const applied = Promise.reject(new Error('the replica refuses it as well'));
  await expect(queue.add({ verb: 'release', at: 1 }, applied)).rejects.toMatchObject({ code: 'DF_FENCED' });
  await setImmediate();
  expect(unheard).toEqual([]);
});
