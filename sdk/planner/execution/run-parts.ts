import type { Clock } from '../../runtime/index.js';
import type { SqlDatabase } from '../../store/index.js';
import type { Attempt } from '../attempt.js';
import type { Plan } from '../plan.js';
import type { PlannerTarget } from '../target.js';
import type { OutputChecks } from './check-output.js';
import type { Session } from './session.js';
import type { Upstream } from './upstream.js';

/** A target and the way to it. */
export interface ReachedTarget {
  readonly target: PlannerTarget;
  readonly upstream: Upstream;
}

/** What runs of requests are executed with in this process. */
export interface RunParts {
  readonly targets: ReadonlyMap<string, ReachedTarget>;
  /** Callers that wait here, by the id of their run. */
  readonly sessions: ReadonlyMap<string, Session>;
  readonly read: <T>(work: (db: SqlDatabase) => T) => T;
  readonly checks: OutputChecks;
  readonly clock: Clock;
  readonly limits: RunLimits;
  /** Told before something is sent to a target; what it returns is told what came of it. */
  readonly watch: (targetId: string) => (attempt: Attempt, plan: Plan) => void;
}

export interface RunLimits {
  /** For a whole answer; of a streamed one, for each piece. In milliseconds. */
  readonly attemptMs: number;
  /** How long a stream is kept open for a reader that takes nothing. */
  readonly readerMs: number;
  /** What is kept of a streamed answer in memory at the most, where it has to be kept (a check, an idempotency key). */
  readonly maxAnswerBytes: number;
  readonly keepPrompts: boolean;
}
