import { createHash } from 'node:crypto';
import { fairPairs, type ArmId } from '../arm.js';
import type { Protocol } from '../protocol.js';
import type { LossSchedule } from '../schedule/loss-schedule.js';
import { seconds, type Micros } from '../time.js';
import { version } from '../../sdk/cli/version.js';
import type { ArmTally } from './arm-tally.js';
import type { ColonyResult } from './colony-result.js';
import { compareArms, summariseArm } from './summarise-arm.js';

/** All that was done and seen in a benchmark. */
export interface Benchmark {
  readonly job: string;
  readonly mode: ColonyResult['mode'];
  readonly profile: string;
  readonly lossesPerJob: number;
  readonly protocol: Protocol;
  readonly compression: number;
  /** Of every seed, in the order of the seeds. */
  readonly schedules: readonly Pick<LossSchedule, 'source' | 'hash' | 'events'>[];
  readonly seeds: readonly number[];
  readonly tallies: ReadonlyMap<ArmId, ArmTally>;
  /** How long the batch took without losses, plainly and with the engine. */
  readonly faultFree: { readonly naive: Micros; readonly durable: Micros };
  readonly outputDigest: string;
  readonly picture?: ColonyResult['picture'];
  readonly processes?: ColonyResult['processes'];
  readonly engine?: ColonyResult['engine'];
  readonly startedAt: Date;
}

/** The result of a benchmark, as it is written, shown and judged. */
export function assembleResult({
  protocol,
  tallies,
  schedules,
  faultFree,
  startedAt,
  picture,
  processes,
  engine,
  ...said
}: Benchmark): ColonyResult {
  const { workload, delays, prices } = protocol;
  const onDemand = tallies.get('on_demand');
  return {
    schema: 'durableflow.colony/1',
    job: said.job,
    mode: said.mode,
    ...(engine && { engine }),
    profile: said.profile,
    lossesPerJob: said.lossesPerJob,
    seeds: said.seeds,
    schedule: {
      source: schedules[0]!.source,
      events: schedules.reduce((sum, { events }) => sum + events.length, 0),
      hash: schedules.length === 1 ? schedules[0]!.hash : hashOfAll(schedules.map(({ hash }) => hash)),
    },
    protocol: {
      jobs: workload.jobs,
      stages: workload.stages.map(({ method, seconds: each, calls = 1 }) => ({ method, seconds: each, calls })),
      prepareSeconds: workload.prepareSeconds,
      slots: protocol.slots,
      retries: protocol.retries,
      delaySeconds: {
        detect: seconds(delays.detect),
        provision: seconds(delays.provision),
        restore: seconds(delays.restore),
        checkpoint: seconds(delays.checkpoint),
      },
      pricesPerHour: prices,
      horizonSeconds: seconds(protocol.horizon),
      budgetUsd: protocol.budgetUsd,
      compression: said.compression,
    },
    arms: [...tallies.values()].map((tally) => summariseArm(tally, onDemand, workload.jobs)),
    comparisons: fairPairs.flatMap(({ naive, durable }) => {
      const [one, other] = [tallies.get(naive), tallies.get(durable)];
      return one && other ? [compareArms(one, other)] : [];
    }),
    faultFree: {
      naiveSeconds: seconds(faultFree.naive),
      durableSeconds: seconds(faultFree.durable),
      overhead: faultFree.durable / faultFree.naive - 1,
    },
    outputDigest: said.outputDigest,
    ...(picture && { picture }),
    ...(processes && { processes }),
    measured: {
      startedAt: startedAt.toISOString(),
      durationMs: Date.now() - startedAt.getTime(),
      node: process.versions.node,
      durableflow: version(),
    },
  };
}

export function hashOfAll(hashes: readonly string[]): string {
  return createHash('sha256').update(hashes.join('\n')).digest('hex');
}
