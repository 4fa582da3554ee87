import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import type { Figure } from '../print-figures.js';
import { HalfDone } from './half-done.js';
import { inFolder } from './in-folder.js';
import { settledMemory } from './settled-memory.js';
import { WaitsForSignal } from './waiting-workflows.js';

export const title = 'Memory of a run, with a step on record and one under way; the floor is the same class called without the engine';

export async function measure({ runs = 10_000 } = {}): Promise<readonly Figure[]> {
  return inFolder(async (folder) => {
    // What can still go on is not garbage.
    const held: (() => void)[] = [];
    const hang = () => new Promise<never>((_, reject) => held.push(reject));
    const before = await settledMemory();
    const bare = Array.from({ length: runs }, () => new HalfDone(hang).run(2));
    const floor = ((await settledMemory()).heap - before.heap) / runs;
    const flow = await DurableFlow.open(join(folder, 'flow.db'), { maxConcurrentRuns: runs });
    flow.register(WaitsForSignal, () => new WaitsForSignal());
    const empty = await settledMemory();
    const waiting = await Promise.all(Array.from({ length: runs }, () => flow.start(WaitsForSignal, 1)));
    await Promise.all(waiting.map((run) => run.settled()));
    // Handles are the caller's, and are let go of.
    waiting.length = 0;
    const afterParking = await settledMemory();
    let bodies = 0;
    const inFlight = new Promise<void>((done) => {
      flow.register(HalfDone, () => new HalfDone(() => (++bodies === runs && done(), hang())));
    });
    for (let i = 0; i < runs; i++) await flow.start(HalfDone, 2);
    await inFlight;
    const full = await settledMemory();
    const perRun = (full.heap - afterParking.heap) / runs;
    const parked = (afterParking.heap - empty.heap) / runs;
    await flow.close({ grace: 0 });
    if (bare.length !== runs || held.length !== 2 * runs) throw new Error(`${held.length} bodies hang, of ${2 * runs}`);
    return [
      { what: 'a run in flight', figure: inKb(perRun), floor: inKb(floor), ratio: perRun / floor, aim: '20 kB', reached: perRun <= 20_000 },
      { what: 'a run that is parked', figure: inKb(parked), aim: '0.5 kB', reached: parked <= 500 },
    ];
  });
}

const inKb = (bytes: number) => `${(bytes / 1000).toFixed(2)} kB`;
