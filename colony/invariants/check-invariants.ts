import type { Arm, ArmId } from '../arm.js';
import type { ArmRun, EffectCount, Violation } from '../measures/arm-run.js';
import type { Protocol } from '../protocol.js';
import type { Runner } from '../runner/runner.js';

export interface Findings {
  readonly arm: Arm;
  readonly protocol: Protocol;
  readonly runner: Runner;
  readonly effects: EffectCount;
  readonly reruns: readonly string[];
  /** Machines that were acquired and neither lost nor given back. */
  readonly unreleased: number;
}

/** What one batch must hold to, whatever was done to its machines. What the engine promises is asked of its arms alone. */
export function checkInvariants({ arm, protocol, runner, effects, reruns, unreleased }: Findings): Violation[] {
  const violations: Violation[] = [];
  const note = (invariant: Violation['invariant'], detail: string) => violations.push({ invariant, detail });
  if (arm.durable) {
    for (const detail of reruns) note('committed_stage_reran', detail);
    if (effects.duplicates > 0)
      note('effect_twice', `${effects.duplicates} deliveries were made again, ${effects.mostOfOneKey} of one key`);
  }
  if (!runner.batch.isComplete) {
    const told = Object.values(runner.batch.billed).reduce((sum, span) => sum + span, 0);
    note('time_unaccounted', `${runner.batch.leased} µs were paid for, ${told} µs are accounted for`);
  }
  // What is added up in another order differs in the last digits.
  if (runner.costUsd > protocol.budgetUsd * (1 + 1e-9)) note('over_budget', `$${runner.costUsd} were spent of $${protocol.budgetUsd}`);
  if (unreleased > 0) note('lease_leak', `${unreleased} machines were never given back`);
  return violations;
}

/** What all arms of one seed must have in common: the losses, and the results of jobs. Each violation names its arm. */
export function compareArms(
  runs: readonly Pick<ArmRun, 'arm' | 'scheduleHash' | 'jobs'>[],
  expected: ReadonlyMap<string, string>,
): (Violation & { readonly arm: ArmId })[] {
  return runs.flatMap(({ arm, scheduleHash, jobs }) => {
    const violations: (Violation & { readonly arm: ArmId })[] = [];
    if (scheduleHash !== runs[0]!.scheduleHash)
      violations.push({ arm, invariant: 'schedule_differs', detail: `it met other losses than ${runs[0]!.arm}` });
    for (const { id, digest } of jobs) {
      if (digest === undefined || digest === expected.get(id)) continue;
      violations.push({ arm, invariant: 'output_differs', detail: `${id} came out otherwise than without losses` });
    }
    return violations;
  });
}
