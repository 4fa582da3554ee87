import { armOf, arms, fairPairs, type ArmId } from '../../colony/arm.js';
import type { Billed, MachineLease, MachineState } from '../../colony/measures/arm-run.js';
import { spanFactors, type ArmSummary, type BreakEvenPoint, type Comparison, type Estimate } from '../../colony/measures/colony-result.js';
import type { ColonyReport } from '../../colony/report/colony-report.js';
import { micros } from '../../colony/time.js';

/**
 * A result as a run might have it: 20 jobs of 600 s on 5 machines. Its figures follow the closed forms of the protocol
 * roughly, so that durable gains where much is lost, and pays for its checkpoints where little is.
 */
export function sampleReport(over: Partial<ColonyReport> & { readonly seedCount?: number } = {}): ColonyReport {
  const { seedCount = 200, ...rest } = over;
  const lossesPerJob = over.lossesPerJob ?? 1;
  return {
    schema: 'durableflow.colony/1',
    job: 'InferenceJob',
    mode: 'sim',
    profile: 'moderate',
    lossesPerJob,
    seeds: Array.from({ length: seedCount }, (_, seed) => seed),
    schedule: {
      source: 'exponential gaps per slot, 6 losses an hour',
      events: 7_184,
      hash: '5f0c3a9e71d24b6688b1e0f3c7a95d42e6170b8c93fd24ae56178c0d9be3f421',
    },
    protocol: {
      jobs: 20,
      stages: [
        { method: 'load', seconds: 90, calls: 1 },
        { method: 'infer', seconds: 300, calls: 1 },
        { method: 'measure', seconds: 60, calls: 1 },
        { method: 'upload', seconds: 90, calls: 1 },
      ],
      prepareSeconds: 60,
      slots: 5,
      retries: 2,
      delaySeconds: { detect: 5, provision: 30, restore: 2, checkpoint: 0.05 },
      pricesPerHour: { spot: 0.4, onDemand: 1.2 },
      horizonSeconds: 14_400,
      budgetUsd: 5,
      compression: 1,
    },
    arms: arms.map(({ id }) => sampleArm(id, lossesPerJob, seedCount)),
    comparisons: sampleComparisons(lossesPerJob, 5, seedCount),
    faultFree: { naiveSeconds: 2_430, durableSeconds: 2_434, overhead: 0.0016 },
    outputDigest: '9d1b6f0e35c2a84770be41c9f8d2036a7e54b19dc08f63e2a1975dbb4460c38e',
    picture: (['scratch', 'durable'] as const).map((arm) => ({ arm, ...samplePicture(arm === 'durable') })),
    measured: { startedAt: '2026-11-26T12:00:00.000Z', durationMs: 84_213, node: '20.20.2', durableflow: '0.1.0' },
    verdict: {
      state: 'ship',
      reasons: [
        'The lower bound of the gain in completion is 51.3 points, 15 needed.',
        'The upper bound of the cost ratio is 0.78, 0.80 allowed.',
        'No promise was broken in 200 batches of each arm.',
      ],
    },
    ...rest,
  };
}

/** From calm to hostile; the first cell is lost: its jobs are short and their machines hardly ever go. */
export const sampleBreakEven = (): BreakEvenPoint[] =>
  [0.02, 0.1, 0.25, 0.5, 1, 2, 4].map((lossesPerJob) => ({ lossesPerJob, comparisons: sampleComparisons(lossesPerJob, 5, 200) }));

export const sampleSeedCompat: ColonyReport['seedCompat'] = [
  {
    row: 'hostile/1337',
    naive: { done: 18, lost: 12, costUsd: 0.23373057, wallSeconds: 701.1917 },
    durable: { recoveries: 10, costUsd: 0.22973057, wallSeconds: 689.1917 },
  },
  {
    row: 'calm/42',
    naive: { done: 20, lost: 3, costUsd: 0.2209247, wallSeconds: 662.7741 },
    durable: { recoveries: 3, costUsd: 0.2169247, wallSeconds: 650.7741 },
  },
];

const around = (value: number, by: number, most = Infinity): Estimate => ({ value, low: value - by, high: Math.min(most, value + by) });

/** How many times the work of a job costs on average, losses and what they take included. */
function stretch(id: ArmId, lossesPerJob: number): number {
  const { durable, market } = armOf(id);
  if (market === 'on_demand') return 1.05;
  return durable ? 1.062 + 0.21 * lossesPerJob : 1.05 + (Math.expm1(lossesPerJob) / lossesPerJob - 1) * 0.9;
}

/** The share of jobs that are done by so many times the ideal span. */
function share(id: ArmId, lossesPerJob: number, factor: number): number {
  const { retries, durable, market } = armOf(id);
  const ceiling =
    market === 'on_demand' || retries === 'unlimited'
      ? 1
      : retries === 'none'
        ? Math.exp(-lossesPerJob)
        : 1 - (1 - Math.exp(-lossesPerJob)) ** (durable ? 7 : 3);
  const late = stretch(id, lossesPerJob) / factor;
  return ceiling / (1 + Math.exp((late - 0.96) * 9));
}

function sampleArm(arm: ArmId, lossesPerJob: number, seeds: number): ArmSummary {
  const { market, durable } = armOf(arm);
  const long = stretch(arm, lossesPerJob);
  const useful = 12_000;
  const lost = market === 'spot' ? useful * (long - 1.05) : 0;
  const billedSeconds: Record<keyof Billed, number> = {
    useful,
    lost: durable ? lost * 0.4 : lost,
    redo: durable ? lost * 0.35 : 0,
    checkpoint: durable ? 4 : 0,
    restore: durable ? lost * 0.05 : 0,
    provision: 150 + lost * 0.2,
    idle: 480,
  };
  const billed = Object.values(billedSeconds).reduce((sum, it) => sum + it, 0);
  const completed = share(arm, lossesPerJob, 6);
  const cost = ((billed / 3_600) * (market === 'spot' ? 0.4 : 1.2)) / (20 * completed);
  const onDemand = ((12_630 / 3_600) * 1.2) / 20;
  const kills = market === 'spot' ? Math.round(17 * seeds * lossesPerJob * long) : 0;
  const spread = (median: number, p95: number) => (kills === 0 ? undefined : { count: kills, median, p95, max: p95 * 1.6 });
  return {
    arm,
    completion: spanFactors.map((factor) => ({ factor, rate: around(share(arm, lossesPerJob, factor), 0.012, 1) })),
    completed: around(completed, 0.004, 1),
    curve: Array.from({ length: 61 }, (_, i) => ({ factor: i / 20, rate: i === 0 ? 0 : share(arm, lossesPerJob, i / 20) })),
    goodput: around(useful / billed, 0.01),
    billedSeconds,
    costPerJobUsd: around(cost, cost * 0.02),
    savings: around(1 - cost / onDemand, 0.02),
    recoveryPointSeconds: durable ? spread(71, 214) : spread(262, 561),
    secondsToDetect: spread(5, 5),
    secondsToRecover: spread(37.4, 61.2),
    secondsToRegain: durable ? spread(110, 290) : spread(301, 633),
    landed: { destroy: Math.round(kills * 1.05), pause: 0, notice: 0 },
    kills,
    effects: {
      keys: Math.round(20 * seeds * completed),
      duplicates: durable || market !== 'spot' ? 0 : Math.round(kills / 90),
      mostOfOneKey: 2,
    },
    interventions: 0,
    violations: { count: 0, first: [] },
    violationBound: 3 / seeds,
  };
}

function sampleComparisons(lossesPerJob: number, step: number, seeds: number): Comparison[] {
  return fairPairs.map((pair, index) => {
    const delta = (factor: number) => (share(pair.durable, lossesPerJob, factor) - share(pair.naive, lossesPerJob, factor)) * 100;
    const dear = stretch(pair.durable, lossesPerJob) / stretch(pair.naive, lossesPerJob);
    return {
      ...pair,
      completionDelta: spanFactors.map((factor) => ({ factor, points: around(delta(factor), 0.3 + Math.min(4, 4 * lossesPerJob)) })),
      costRatio: around(dear, 0.006 + 0.02 * Math.min(1, lossesPerJob)),
      deltas: Array.from({ length: seeds }, (_, seed) =>
        Math.max(-100, Math.min(100, Math.round((delta(1.5) + 22 * bell(seed * 2 + index)) / step) * step)),
      ),
    };
  });
}

/** About normal, and the same for the same seed. */
function bell(seed: number): number {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  let sum = 0;
  for (let i = 0; i < 6; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    sum += state / 2 ** 32;
  }
  return (sum - 3) * Math.SQRT2;
}

/** Twenty jobs of four stages on five slots, with machines that go at times of their own; stages are recorded if durable. */
function samplePicture(durable: boolean): { spanSeconds: number; leases: MachineLease[] } {
  const leases: MachineLease[] = [];
  let longest = 0;
  for (let slot = 0; slot < 5; slot++) {
    let [now, stage, job, kill] = [0, 0, 0, 1];
    while (job < 4) {
      const [from, lost] = [now, now + 250 + 500 * Math.abs(bell(slot * 100 + kill++))];
      const spans: MachineLease['spans'][number][] = [];
      /** Whether there was time for all of it. */
      const does = (kind: MachineState, lasts: number) => {
        const to = Math.min(lost, now + lasts);
        const name = kind === 'provision' ? undefined : `job-${slot * 4 + job}`;
        if (to > now) spans.push({ kind, job: name, from: micros(now), to: micros(to) });
        now = to;
        return now < lost;
      };
      let alive = does('provision', 30);
      while (alive && job < 4) {
        alive = (stage === 0 || does('restore', 2)) && does('prepare', 60);
        while (alive && stage < 4) {
          alive = does('work', stageSeconds[stage]!) && (!durable || does('checkpoint', 0.05));
          if (alive) stage++;
        }
        if (stage === 4) [job, stage] = [job + 1, 0];
        else if (!durable) stage = 0;
      }
      leases.push({ slot, acquiredAt: micros(from), endedAt: micros(now), end: alive ? 'released' : 'destroyed', spans });
      longest = Math.max(longest, now);
      now += 5;
    }
  }
  return { spanSeconds: longest, leases };
}

const stageSeconds = [90, 300, 60, 90];
