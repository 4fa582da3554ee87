import type { RunRecord, RunStatus, Store } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { errorCode } from '../fixtures/rejection.js';
import { RunWatch } from '../../sdk/runtime/index.js';

function watchOf(status: RunStatus) {
  const run = { id: 'r', status, outcome: '"done"' } as RunRecord;
  let reads = 0;
  const read = () => {
    reads++;
    return run;
  };
  const watch = new RunWatch({ run: read } as unknown as Store, read, () => true);
  return { watch, run, reads: () => reads };
}

it('a run that has ended elsewhere and was deleted before anybody looked is told to be gone', async () => {
  let run: RunRecord | undefined = { id: 'r', status: 'running' } as RunRecord;
  const watch = new RunWatch(
    { run: () => run } as unknown as Store,
    () => run!,
    () => false,
  );
  const end = watch.end('r');
  await Promise.resolve();
  run = undefined;
  watch.checkAll();
  expect(await errorCode(end)).toBe('DF_UNKNOWN_RUN');
});

describe('a run that this process executes', () => {
  it('is not read to learn how it has ended', async () => {
    const { watch, run, reads } = watchOf('running');
    const end = watch.end('r');
    watch.ended('r', { status: 'completed', outcome: '"here"' });
    expect(await end).toEqual({ status: 'completed', outcome: '"here"' });
    watch.checkUnread();
    expect(reads()).toBe(0);
    expect(run.status).toBe('running');
  });

  it('is read at the next look, for it may have been lost unknowingly and have ended elsewhere before anybody asked', async () => {
    const { watch, run } = watchOf('completed');
    const end = watch.end('r');
    watch.checkUnread();
    expect(await end).toBe(run);
  });

  it('is read once it has ended, for those who want all of it', async () => {
    const { watch, run, reads } = watchOf('completed');
    const rest = watch.rest('r');
    watch.ended('r', { status: 'completed', outcome: undefined });
    expect(await rest).toBe(run);
    expect(reads()).toBe(1);
  });
});
