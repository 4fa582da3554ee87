import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CommitQueue } from '../../sdk/restate/commit-queue.js';
import type { LogEntry, Send } from '../../sdk/restate/log-entry.js';
import { effectIntent, journalRecord } from '../store/sample-records.js';

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

it('leaves nobody waiting for what was on its way, or asked, when the run was lost', async () => {
  const queue = new CommitQueue();
  const entry: LogEntry = { verb: 'release', at: 1 };
  const underWay = queue.add(entry, Promise.resolve());
  queue.take();
  const waits = queue.add(entry, Promise.resolve());
  const asks = queue.ask({ kind: 'intend', intent: effectIntent(1) });
  queue.fence('r');
  for (const each of [underWay, waits, asks, queue.ask({ kind: 'intend', intent: effectIntent(2) })])
    await expect(each).rejects.toMatchObject({ code: 'DF_FENCED' });
});

const MiB = 2 ** 20;
const entryOf = (call: number, value: string): LogEntry => ({ verb: 'append', record: { ...journalRecord(call), value } });
const letterOf = (payload: string): Send => ({ service: 's', key: 'k', handler: 'h', payload });

/** All batches, by the calls whose records they hold. */
function batches(queue: CommitQueue): { calls: number[]; isAll: boolean }[] {
  const found = [];
  for (;;) {
    const { items, isAll } = queue.take();
    const calls = items.map(({ entry, ask }) =>
      entry?.verb === 'append' ? entry.record.call : ask?.kind === 'intend' ? ask.intent.call : -1,
    );
    found.push({ calls, isAll });
    queue.committed();
    if (isAll) return found;
  }
}

describe('a batch', () => {
  const queueOf = (...entries: readonly (readonly [LogEntry, ...Send[]])[]) => {
    const queue = new CommitQueue();
    for (const [entry, ...sends] of entries) void queue.add(entry, Promise.resolve(), sends);
    return queue;
  };

  it('ends before it is too large for a message, and what is left comes in its order', () => {
    const queue = queueOf(...[0, 1, 2].map((call) => [entryOf(call, 'x'.repeat(10 * MiB))] as const));
    expect(batches(queue)).toEqual([
      { calls: [0, 1], isAll: false },
      { calls: [2], isAll: true },
    ]);
  });

  it('is counted in bytes, not in letters', () => {
    const queue = queueOf([entryOf(0, 'ü'.repeat(8 * MiB))], [entryOf(1, 'ü'.repeat(8 * MiB))]);
    expect(batches(queue).map(({ calls }) => calls)).toEqual([[0], [1]]);
  });

  it('is counted with what is sent', () => {
    const queue = queueOf([entryOf(0, 'x'), letterOf('x'.repeat(13 * MiB))], [entryOf(1, 'x'), letterOf('x'.repeat(13 * MiB))]);
    expect(batches(queue).map(({ calls }) => calls)).toEqual([[0], [1]]);
  });

  it('ends with a question, whose answer the rest waits for', async () => {
    const queue = queueOf([entryOf(0, 'x')]);
    const asked = queue.ask({ kind: 'intend', intent: effectIntent(1) });
    void queue.add(entryOf(2, 'x'), Promise.resolve());
    expect(batches(queue)).toEqual([
      { calls: [0, 1], isAll: false },
      { calls: [2], isAll: true },
    ]);
    queue.answered({ kind: 'intend', answer: { kind: 'begun' } });
    expect(await asked).toEqual({ kind: 'intend', answer: { kind: 'begun' } });
  });

  it('leaves out what the replica has refused', async () => {
    const queue = queueOf([entryOf(0, 'x')]);
    const refused = queue.add(entryOf(1, 'x'), Promise.reject(new Error('no')));
    await expect(refused).rejects.toThrow('no');
    expect(batches(queue)).toEqual([{ calls: [0], isAll: true }]);
  });

  it('tells nobody that a write is done before it is', async () => {
    const queue = new CommitQueue();
    let isDone = false;
    void queue.add(entryOf(0, 'x'), Promise.resolve()).then(() => (isDone = true));
    queue.take();
    await setImmediate();
    expect(isDone).toBe(false);
    queue.committed();
    await setImmediate();
    expect(isDone).toBe(true);
  });
});
