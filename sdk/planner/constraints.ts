import type { JsonSchema } from '../models/model-client.js';
import type { Tier } from './target.js';

/** What is ranked first among the targets that are allowed. */
export const objectives = ['cheapest', 'fastest', 'most_capable'] as const;
export type Objective = (typeof objectives)[number];

export const privacyLevels = ['local-only', 'local-or-vpc', 'any'] as const;
export type Privacy = (typeof privacyLevels)[number];

/** What an answer has to be. A failed check is what an answer may be taken further for. */
export type OutputCheck =
  | { readonly type: 'json' }
  | { readonly type: 'json_schema'; readonly schema: JsonSchema }
  | { readonly type: 'regex'; readonly pattern: string; readonly flags?: string }
  /** In the library only: a function of the planner's `checks`, by its name, so that it is there again after a restart. */
  | { readonly type: 'function'; readonly name: string };

/** What a request may cost, how long it may take, and where it may go. */
export interface Constraints {
  /** For the whole request, escalations included, in US dollars. */
  readonly maxCostUsd?: number;
  /** For the whole request, in milliseconds. */
  readonly maxLatencyMs?: number;
  /** Default `any`. */
  readonly privacy?: Privacy;
  readonly region?: string;
  readonly tierFloor?: Exclude<Tier, 'local'>;
  /** Default `cheapest`. */
  readonly objective?: Objective;
  /** A budget of the configuration that this request is charged to. */
  readonly budgetId?: string;
  /** Also ask a target that little is known of, beside the answer, to learn of it. Default false. */
  readonly shadow?: boolean;
  readonly check?: OutputCheck;
}
