import { z } from 'zod';
import { DurableFlowError } from '../../sdk/errors/index.js';
import { arms } from '../arm.js';
import { billedKinds, type Invariant, type MachineState } from '../measures/arm-run.js';
import { spanFactors } from '../measures/colony-result.js';
import type { ColonyReport } from './colony-report.js';

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const count = z.number().int().min(0);
const fraction = z.number().min(0).max(1);
const arm = z.enum(arms.map(({ id }) => id));
const factor = z.literal(spanFactors);
const billed = z.object(
  Object.fromEntries(billedKinds.map((kind) => [kind, z.number()])) as Record<(typeof billedKinds)[number], z.ZodNumber>,
);
const invariants: Readonly<Record<Invariant, true>> = {
  committed_stage_reran: true,
  effect_twice: true,
  schedule_differs: true,
  output_differs: true,
  stale_writer: true,
  over_budget: true,
  lease_leak: true,
  time_unaccounted: true,
};

const states: Readonly<Record<MachineState, true>> = {
  ...{ provision: true, idle: true, restore: true, prepare: true, work: true, checkpoint: true, paused: true },
};

const bound = z.number().nullable();
const estimate = z
  .object({ value: z.number(), low: bound, high: bound })
  .describe('A number with the ends of its 95% interval; null where it has no end, because too little is known.');
const spread = z.object({ count, median: z.number(), p95: z.number(), max: z.number() });
const violation = z.object({ invariant: z.enum(Object.keys(invariants) as Invariant[]), detail: z.string(), seed: z.number() });

const armSummary = z.object({
  arm,
  completion: list(z.object({ factor, rate: estimate })).describe('Of all jobs, by times of the ideal span; a fraction of 1.'),
  completed: estimate.describe('Of all jobs, by the end of the batch.'),
  curve: list(z.object({ factor: z.number(), rate: fraction })),
  goodput: estimate.describe('Useful time over billed time.'),
  billedSeconds: billed.describe('Of one batch, on average.'),
  costPerJobUsd: estimate.optional().describe('Absent if no job completed.'),
  savings: estimate.optional().describe('1 − the cost per job over that of the on-demand arm.'),
  recoveryPointSeconds: spread.optional(),
  secondsToDetect: spread.optional(),
  secondsToRecover: spread.optional(),
  secondsToRegain: spread.optional(),
  landed: z.object({ destroy: count, pause: count, notice: count }).describe('Events that met a machine.'),
  kills: count,
  effects: z.object({ keys: count, duplicates: count, mostOfOneKey: count }),
  interventions: count,
  violations: z.object({ count, first: list(violation) }),
  violationBound: z.number().optional().describe('With no violation in n batches, the true rate is below 3/n at 95%.'),
});

const comparison = z.object({
  naive: arm,
  durable: arm,
  completionDelta: list(z.object({ factor, points: estimate })).describe('In points of a hundred.'),
  costRatio: estimate.optional().describe('Cost per completed job, durable over naive.'),
  deltas: list(z.number()).describe('At 1.5 times the ideal span, by seed.'),
});

const lease = z.object({
  slot: count,
  acquiredAt: z.number(),
  endedAt: z.number(),
  end: z.enum(['released', 'destroyed', 'abandoned']),
  spans: list(
    z.object({ kind: z.enum(Object.keys(states) as MachineState[]), job: z.string().optional(), from: z.number(), to: z.number() }),
  ).describe('In microseconds since the batch began.'),
});

const report = z.object({
  schema: z.literal('durableflow.colony/1'),
  job: z.string(),
  mode: z.enum(['sim', 'real', 'replay']),
  engine: z.literal('Restate').optional().describe('What the durable arms ran on; absent if that was SQLite.'),
  profile: z.string(),
  lossesPerJob: z.number(),
  verdict: z.object({ state: z.enum(['ship', 'no_ship', 'inconclusive']), reasons: list(z.string()) }),
  comparisons: list(comparison).describe('Durable against naive with the same retries, paired by seed.'),
  arms: list(armSummary),
  faultFree: z.object({ naiveSeconds: z.number(), durableSeconds: z.number(), overhead: z.number() }),
  outputDigest: z.string(),
  protocol: z.object({
    jobs: count,
    stages: list(z.object({ method: z.string(), seconds: z.number().describe('Of one call.'), calls: count })),
    prepareSeconds: z.number(),
    slots: count,
    retries: count,
    delaySeconds: z.object({ detect: z.number(), provision: z.number(), restore: z.number(), checkpoint: z.number() }),
    pricesPerHour: z.object({ spot: z.number(), onDemand: z.number() }),
    horizonSeconds: z.number(),
    budgetUsd: z.number(),
    compression: z.number(),
  }),
  schedule: z.object({ source: z.string(), events: count, hash: z.string() }).describe('The same for all arms.'),
  seeds: list(z.number()),
  breakEven: list(z.object({ lossesPerJob: z.number(), comparisons: list(comparison) })).optional(),
  seedCompat: list(
    z.object({
      row: z.string(),
      naive: z.object({ done: count, lost: count, costUsd: z.number(), wallSeconds: z.number() }),
      durable: z.object({ recoveries: count, costUsd: z.number(), wallSeconds: z.number() }),
    }),
  )
    .optional()
    .describe('A flawed protocol, kept for comparison.'),
  picture: list(z.object({ arm, spanSeconds: z.number(), leases: list(lease) }))
    .optional()
    .describe('The machines of the first seed.'),
  processes: list(
    z.object({
      arm,
      kills: z.object({ before_start: count, mid_stage: count, after_effect: count, after_commit: count, anywhere: count }),
      fenced: count.describe('Machines that were taken for lost, came back, and were not let write.'),
      controllers: count,
      orphans: count.describe('Machines that a dead controller had left behind and the next one killed.'),
    }),
  )
    .optional()
    .describe('Of real processes: what was done to them, over all seeds.'),
  measured: z
    .object({ startedAt: z.string().describe('An ISO date.'), durationMs: z.number(), node: z.string(), durableflow: z.string() })
    .describe('Of this run; all else is the same whenever the same is measured.'),
});

/** A report as JSON has it: what is undefined is absent, and fields stand in the order of the schema. */
export type ColonyJson = z.infer<typeof report>;

/** The report with its fields in the order of the schema. Throws a `ZodError` if it is none, or holds what is no number. */
export const orderedReport = (value: ColonyReport): ColonyJson =>
  report.parse(mapFields(value satisfies z.input<typeof report>, (key, it) => (it !== undefined && it === endless[key] ? null : it)));

/** JSON has no infinite numbers. */
const endless: Readonly<Record<string, number>> = { low: -Infinity, high: Infinity };

function mapFields(value: unknown, change: (key: string, value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapFields(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, mapFields(change(key, it), change)]));
}

/**
 * Reads the text of a `benchmark_result.json`.
 *
 * @throws {DurableFlowError} `DF_COLONY_REPORT` if it is none.
 */
export function parseColonyReport(text: string): ColonyReport {
  try {
    return mapFields(report.parse(JSON.parse(text)), (key, it) => (it === null ? endless[key] : it)) as ColonyReport;
  } catch (cause) {
    const what = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new DurableFlowError('DF_COLONY_REPORT', `it is not a benchmark result: ${what}`, { cause });
  }
}

/** The published JSON Schema of `benchmark_result.json`. */
export function colonyJsonSchema(): object {
  return z.toJSONSchema(report, {
    override: ({ jsonSchema }) => {
      // Whether a program may write to the list in memory is no property of the file.
      delete jsonSchema.readOnly;
    },
  });
}
