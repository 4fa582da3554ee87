import { expect, it } from 'vitest';
import type { EnginePorts } from '../../sdk/runtime/call-host.js';
import { JournalWriter } from '../../sdk/runtime/journal-writer.js';
import { deferred } from '../fixtures/deferred.js';

const call = (index: number) => ({ index, name: 'work', encodedArgs: '[]', digest: 'd' });
const outcome = { kind: 'returned', value: '1', attempts: 1 } as const;

it('is pending until the last record is on disk, though one before it is already', async () => {
  const commits = [deferred(), deferred()];
  const told: string[] = [];
  const ports = {
    clock: { now: () => 0 },
    telemetry: { emit: (event: string, _: unknown, { call: index }: { call: number }) => told.push(`${event} ${index}`) },
    store: { append: (_: unknown, { seq }: { seq: number }) => commits[seq]!.promise },
  } as unknown as EnginePorts;
  const writer = new JournalWriter(ports, { runId: 'r', row: 1, epoch: 1 }, { id: 'r', workflow: 'w' }, 0, () => {});
  for (const index of [0, 1]) writer.append(call(index), outcome, 0, undefined);
  const last = writer.pending;
  expect(last).toBeDefined();
  commits[0]!.resolve();
  await commits[0]!.promise;
  await new Promise(setImmediate);
  expect(writer.pending).toBe(last);
  expect(told).toEqual(['step.recorded 0']);
  commits[1]!.resolve();
  await last;
  expect(writer.pending).toBeUndefined();
  expect(told).toEqual(['step.recorded 0', 'step.recorded 1']);
});
