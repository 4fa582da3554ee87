import { z } from 'zod';
import { describeIssues } from '../../sdk/definition/schema.js';
import { assertKnownFormat } from '../../sdk/errors/assert-known-format.js';
import { DurableFlowError } from '../../sdk/errors/index.js';

/** The version of the form of `readiness.json`: raised when a field is taken away or changes its meaning. */
export const schemaVersion = 1;

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const points = z.number().min(0).max(100);
const arm = z.enum(['naked', 'durable']);
const category = z.enum(['reliability', 'safety', 'cost', 'observability']);
const state = z.enum(['ship', 'no_ship', 'incomplete', 'inconclusive', 'harness_error', 'empty']);
const bothArms = z.object({ naked: points.optional(), durable: points.optional() });

const life = z.object({
  exit: z.union([z.number(), z.string()]).describe('The exit code, or the signal that ended the process.'),
  durationMs: z.number(),
  killedAt: z.string().optional().describe('Where the world killed it.'),
});

const tool = z.object({
  tool: z.string(),
  kind: z.enum(['read', 'effect']),
  args: z.string(),
  key: z.string().optional().describe('The idempotency key that came with the call.'),
  applied: z.boolean().describe('Whether the world changed.'),
  approved: z.boolean().optional().describe('Whether an operator had approved exactly these arguments.'),
  outcome: z.string(),
  life: z.number(),
  atMs: z.number(),
});

const prompt = z.object({
  target: z.string(),
  tokens: z.number(),
  outcome: z.string(),
  costUsd: z.number(),
  life: z.number(),
  atMs: z.number(),
});

const trial = z.object({
  arm,
  seed: z.number(),
  outcome: z.enum(['passed', 'failed', 'not_fired', 'harness_error']),
  reason: z.string().describe('Why, in words of the user of the agent.'),
  fault: z.object({ description: z.string(), fired: z.boolean(), at: z.string().optional() }),
  end: z.enum(['finished', 'refused', 'threw', 'parked', 'in_doubt', 'diverged', 'hung', 'died']),
  lives: list(life).describe('The processes of the trial.'),
  atOnce: z
    .number()
    .int()
    .optional()
    .describe('How many of them were at work at the same time, if more than one. Which of them did what is a matter of time.'),
  tools: list(tool).describe('Calls that reached a tool in the world, in order.'),
  prompts: list(prompt).describe('Prompts that reached a model in the world, in order.'),
  omitted: z.number().describe('How many lives, calls and prompts more there were.'),
  costUsd: z.number(),
  durationMs: z.number(),
  observability: z.object({ share: z.number(), missing: list(z.string()) }),
  stderr: z.string().optional(),
});

const armScore = z.object({
  passed: z.number().int(),
  tried: z.number().int(),
  held: z.boolean().describe('Every trial passed: pass^k.'),
  share: z.number().optional(),
  atLeast: z.number().describe('What the mode is worth at least; for live models the lower bound of the pass rate.'),
  atMost: z.number(),
});

const example = z.object({ variant: z.string(), arm, seed: z.number() });

const mode = z.object({
  id: z.string(),
  title: z.string(),
  category: category.optional(),
  weight: z.number(),
  status: z.enum(['passed', 'failed', 'unsure', 'not_applicable', 'not_run', 'not_fired', 'harness_error']),
  reason: z.string(),
  gap: z.enum(['not_run', 'not_fired', 'harness_error']).optional(),
  naked: armScore,
  durable: armScore,
  difference: z.object({ onlyDurablePassed: z.number(), onlyNakedPassed: z.number(), pValue: z.number() }).optional(),
  example: example.optional().describe('The trial that the reason is about.'),
  reproduce: z.string().optional().describe('The command that tries this mode again with the same seed.'),
  notes: list(z.string()),
  variants: list(z.object({ id: z.string(), title: z.string(), trials: list(trial) })),
});

const suite = z.object({
  agent: z.string(),
  file: z.string(),
  line: z.number(),
  project: z.string(),
  state,
  score: z.object({
    overall: bothArms,
    categories: z.object({ reliability: bothArms, safety: bothArms, cost: bothArms, observability: bothArms }),
    atLeast: points,
    atMost: points,
    untold: list(z.string()),
  }),
  blocker: z
    .object({
      mode: z.string().optional(),
      title: z.string(),
      category: category.optional(),
      reason: z.string(),
      example: example.optional(),
    })
    .optional(),
  judgedBy: z
    .object({
      modes: list(z.string()),
      threshold: z.number(),
      seed: z.number(),
      trials: z.number(),
      live: z.boolean(),
      reads: list(z.string()),
      options: z.record(z.string(), z.string()),
    })
    .describe('The rules in force.'),
  expectedEffects: list(z.string()).describe('What the fault-free run did to the world.'),
  modes: list(mode),
});

const report = z.object({
  schemaVersion: z.literal(schemaVersion),
  state,
  reservations: list(z.string()).describe('Why the run says less than its suites.'),
  changes: list(z.object({ kind: z.enum(['loosened', 'tightened', 'changed', 'gone']), agent: z.string(), text: z.string() }))
    .optional()
    .describe('How the rules differ from readiness.baseline.json; absent if there is no such file.'),
  suites: list(suite).describe('The suite that decides comes first.'),
  run: z.object({
    startedAt: z.string().describe('An ISO date.'),
    durationMs: z.number(),
    durableflow: z.string(),
    vitest: z.string(),
    node: z.string(),
    shard: z.string().optional(),
  }),
});

/** What `readiness.json` holds: the verdict and all the evidence that it was derived from. */
export type ReadinessReport = z.infer<typeof report>;
export type SuiteReport = ReadinessReport['suites'][number];
export type ModeReport = SuiteReport['modes'][number];
export type TrialReport = ModeReport['variants'][number]['trials'][number];

/**
 * Reads the text of a `readiness.json`.
 *
 * @throws {DurableFlowError} `DF_READINESS_REPORT` if it is none, `DF_FORMAT_NEWER` if a newer version has written it.
 */
export function parseReport(text: string): ReadinessReport {
  try {
    const parsed = JSON.parse(text) as unknown;
    assertKnownFormat('the report', (parsed as { schemaVersion?: unknown } | null)?.schemaVersion, schemaVersion);
    return report.parse(parsed);
  } catch (cause) {
    if (cause instanceof DurableFlowError) throw cause;
    const what = cause instanceof z.ZodError ? describeIssues(cause.issues) : (cause as Error).message;
    throw new DurableFlowError('DF_READINESS_REPORT', `it is not a readiness report: ${what}`, { cause });
  }
}

/** The published JSON Schema of `readiness.json`. */
export function reportJsonSchema(): object {
  return z.toJSONSchema(report, {
    override: ({ jsonSchema }) => {
      // Whether a program may write to the list in memory is no property of the file.
      delete jsonSchema.readOnly;
    },
  });
}
