/**
 * Every event that the engine tells of, with its fields beyond `time`, `event`, `run` and `workflow`.
 * `docs/telemetry.md` is checked against this table.
 */
export interface EventCatalogue {
  /** A new run is on disk; `parent` is the run that asks for it, in its call `parentCall`. */
  'run.started': { readonly version: string; readonly parent: string | undefined; readonly parentCall: number | undefined };
  /**
   * This process took the run over, to begin or to resume it; `replayed` journal records are at hand. It could have gone on at
   * `dueAt`. `lostAt` is there if whoever had it last never gave it back: the time at which that one took it. These times are in
   * milliseconds since the epoch.
   */
  'run.claimed': {
    readonly epoch: number;
    readonly replayed: number;
    readonly version: string;
    readonly createdAt: number;
    readonly parent: string | undefined;
    readonly dueAt: number | undefined;
    readonly lostAt: number | undefined;
  };
  /** The run waits and takes no memory. `wakeAt` is in milliseconds since the epoch. */
  'run.parked': { readonly status: 'waiting' | 'in_doubt'; readonly calls: readonly number[]; readonly wakeAt: number | undefined };
  /** The run has come to its end, as `status` says; with the error, if it has failed or diverged. */
  'run.ended': { readonly status: string; readonly durationMs: number; readonly error: string | undefined };
  /** This process gave the run back, because it shuts down. */
  'run.released': Record<never, never>;
  /** This process may not write to the run any more: another one took it over. */
  'run.fenced': { readonly epoch: number };
  /** The store refused a commit; the run stands where its last commit left it. */
  'run.stalled': { readonly code: string; readonly message: string };
  /** A resumed run got a recorded outcome; nothing was executed. */
  'step.replayed': { readonly call: number; readonly method: string };
  /** A body begins to execute. */
  'attempt.started': { readonly call: number; readonly method: string; readonly attempt: number };
  /** A body failed; `retryInMs` is absent if it is not tried again. */
  'attempt.failed': {
    readonly call: number;
    readonly method: string;
    readonly attempt: number;
    readonly error: string;
    readonly retryInMs: number | undefined;
  };
  /** An outcome was recorded. */
  'step.recorded': {
    readonly call: number;
    readonly method: string;
    readonly outcome: 'returned' | 'threw';
    readonly attempts: number;
    readonly durationMs: number;
  };
  /** A gate waits for an operator. */
  'approval.requested': { readonly call: number; readonly method: string };
  /** The run has seen what became of its gate. */
  'approval.decided': { readonly call: number; readonly method: string; readonly verdict: string; readonly by: string | undefined };
  /** The code has changed since the decision, so the gate was put up again. */
  'approval.reopened': { readonly call: number; readonly method: string; readonly by: string | undefined };
  /** What a call waited for, from `since`, has come, at `until` (in milliseconds since the epoch); both perhaps while the run was in no process. `child` is the run that was waited for. */
  'wait.ended': {
    readonly call: number;
    readonly method: string;
    readonly kind: 'approval' | 'child' | 'in_doubt' | 'signal' | 'sleep';
    readonly since: number;
    readonly until: number;
    readonly child: string | undefined;
  };
  /** A signal's payload was refused by the schema of the call that waits for it. */
  'signal.refused': { readonly call: number; readonly name: string; readonly issues: string };
  /** The intent is on disk and the body may run. */
  'effect.intended': { readonly call: number; readonly method: string; readonly key: string };
  /** Nobody knows yet whether the effect has happened. */
  'effect.in_doubt': { readonly call: number; readonly method: string; readonly key: string };
  /** It is known now: by `reconcile`, by an operator, or because it was done under this key before. */
  'effect.settled': {
    readonly call: number;
    readonly method: string;
    readonly key: string;
    readonly happened: boolean;
    readonly source: 'reconcile' | 'operator' | 'key';
  };
  /** The items that fit the budget were picked; `tokens` is what they have together. */
  'context.selected': {
    readonly call: number;
    readonly method: string;
    readonly selected: number;
    readonly rejected: number;
    readonly tokens: number;
  };
  /** A prompt had more tokens than its method's `@contextBudget` allows; nothing was sent. */
  'context.refused': {
    readonly call: number;
    readonly method: string;
    readonly model: string | undefined;
    readonly tokens: number;
    readonly maxTokens: number;
  };
  /** One attempt at a model has ended; `outcome` is `answered` or the kind of its `ModelError`. Money is in US dollars. */
  'model.attempt': {
    readonly call: number;
    readonly method: string;
    readonly target: string;
    readonly provider: string;
    readonly model: string;
    readonly attempt: number;
    readonly outcome: string;
    readonly durationMs: number;
    readonly maxTokens: number | undefined;
    readonly answeredBy: string | undefined;
    readonly stopReason: string | undefined;
    readonly requestId: string | undefined;
    readonly inputTokens: number | undefined;
    readonly outputTokens: number | undefined;
    readonly cacheReadTokens: number | undefined;
    readonly cacheWriteTokens: number | undefined;
    readonly reasoningTokens: number | undefined;
    readonly costUsd: number | undefined;
    readonly chargedUsd: number | undefined;
  };
  /** `run()` called something that a replay would answer differently; `at` is its file, line and column. */
  'guard.violation': { readonly call: string; readonly at: string };
  /** A factory threw; runs of this workflow are left alone until somebody resumes one. */
  'workflow.unavailable': { readonly message: string };
  /** Runs that have not ended need a workflow that is not registered here; they are left alone. */
  'version.unregistered': { readonly name: string; readonly version: string; readonly runs: number };
  /** A schedule started a run. */
  'schedule.fired': { readonly schedule: string; readonly nextAt: number | undefined };
  /** A schedule is due, but its run cannot be made; it is tried again. */
  'schedule.failed': { readonly schedule: string; readonly message: string };
  /** Old runs were deleted. */
  'runs.pruned': { readonly runs: number };
  /** The SDK of Restate has warned of something in a worker, such as a refused write of its connection. */
  'restate.warned': { readonly level: 'warn' | 'error'; readonly message: string };
  /** A process of this host is dead; its runs can be claimed. */
  'owner.dead': { readonly owner: string; readonly pid: number; readonly runs: number };
}

/** The name of an event. */
export type EventName = keyof EventCatalogue;

/** One event, as sinks get it. `time` is in milliseconds since the epoch; events of no run have no `run`. */
export type TelemetryEvent = {
  [Name in EventName]: {
    readonly time: number;
    readonly event: Name;
    readonly run?: string;
    readonly workflow?: string;
  } & EventCatalogue[Name];
}[EventName];
