import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { armOf, arms, type ArmId } from '../../../colony/arm.js';
import { billedKinds, type ArmRun } from '../../../colony/measures/arm-run.js';
import type { LossEvent } from '../../../colony/schedule/loss-schedule.js';
import { hours, micros } from '../../../colony/time.js';
import { lengthOf, type Workload } from '../../../colony/workload.js';
import { destroy, pause, smallSim, type SmallBatch } from '../small-sim.js';

const workload: Workload = {
  jobs: 3,
  prepareSeconds: 20,
  stages: [
    { method: 'loadData', seconds: 60, calls: 2 },
    { method: 'inferShard', seconds: 50, calls: 4 },
    { method: 'writeMetrics', seconds: 40 },
    { method: 'uploadArtifact', seconds: 45 },
  ],
};
const delaySeconds = { detect: 30, provision: 15, restore: 2, checkpoint: 0.5 };

const at = fc.integer({ min: 0, max: 4_000_000 }).map((ms) => ms / 1000);
const slot = fc.constantFrom(0, 1);
const loss = fc.tuple(at, slot).map(([seconds, it]): LossEvent[] => [destroy(seconds, it)]);
const notice = fc
  .tuple(at, slot)
  .map(([seconds, it]): LossEvent[] => [{ ...pause(seconds, 5, it), kind: 'notice' }, destroy(seconds + 5, it)]);
const standstill = fc
  .tuple(at, fc.integer({ min: 1, max: 120 }), slot)
  .map(([seconds, lasts, it]): LossEvent[] => [pause(seconds, lasts, it)]);
const schedules = (...kinds: fc.Arbitrary<LossEvent[]>[]) => fc.array(fc.oneof(...kinds), { maxLength: 40 }).map((events) => events.flat());
const armIds = fc.constantFrom(...arms.map(({ id }) => id));
const sim = (arm: ArmId, events: readonly LossEvent[]) => smallSim(arm, { workload, events, delaySeconds, picture: true });

describe('the books of a batch', () => {
  it('hold under any losses, in every arm', async () => {
    await fc.assert(
      fc.asyncProperty(armIds, schedules(loss, notice, standstill), async (arm, events) => {
        const batch = await sim(arm, events);
        expectSound(batch, arm);
        expect(batch.run.violations).toEqual([]);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('do not depend on the order in which arms are run', async () => {
    const events = [destroy(100), pause(130, 60, 1), destroy(300, 1), destroy(500), pause(700, 40)];
    const inTurn = async (ids: readonly ArmId[]) => {
      const runs: [ArmId, ArmRun][] = [];
      for (const id of ids) runs.push([id, (await sim(id, events)).run]);
      return new Map(runs);
    };
    const ids = arms.map(({ id }) => id);
    const [forwards, backwards] = [await inTurn(ids), await inTurn(ids.toReversed())];
    for (const id of ids) expect(forwards.get(id)).toEqual(backwards.get(id));
  });
});

function expectSound({ run, protocol }: SmallBatch, id: ArmId): void {
  const arm = armOf(id);
  const { billed, leased, leases = [], recoveries, jobs } = run;
  for (const kind of billedKinds) expect(billed[kind], kind).toBeGreaterThanOrEqual(0);
  expect(billedKinds.reduce((sum, kind) => sum + billed[kind], 0)).toBe(leased);
  expect(leases.reduce((sum, { acquiredAt, endedAt }) => sum + endedAt - acquiredAt, 0)).toBe(leased);
  expect(run.costUsd).toBe(hours(leased) * (arm.market === 'spot' ? protocol.prices.spot : protocol.prices.onDemand));
  // No stage twice and none left out, whoever did it: not even a machine that stood still and was taken for lost in between.
  expect(billed.useful).toBe(jobs.filter(({ doneAt }) => doneAt !== undefined).length * lengthOf(workload));
  if (!arm.durable) expect(billed.redo + billed.checkpoint).toBe(0);
  expect(run.span).toBeLessThanOrEqual(protocol.horizon);
  for (const { acquiredAt, endedAt, spans } of leases) {
    expect(endedAt).toBeLessThanOrEqual(run.span);
    const borders = [acquiredAt, ...spans.map(({ to }) => to)];
    expect(spans.map(({ from }) => from)).toEqual(borders.slice(0, -1));
    expect(borders.at(-1)).toBe(endedAt);
  }
  for (const { attempts, doneAt = 0 } of jobs) {
    expect(doneAt).toBeLessThanOrEqual(run.span);
    if (arm.retries === 'none') expect(attempts).toBeLessThanOrEqual(1);
    if (arm.retries === 'limited') expect(attempts).toBeLessThanOrEqual(1 + protocol.retries);
  }
  for (const { lostWork, detect, recover, regain } of recoveries) {
    expect(lostWork).toBeGreaterThanOrEqual(0);
    if (detect !== undefined) expect(detect).toBeLessThanOrEqual(micros(delaySeconds.detect));
    if (recover !== undefined) expect(recover).toBeGreaterThanOrEqual(detect!);
    if (regain !== undefined) expect(regain).toBeGreaterThanOrEqual(recover!);
  }
}
