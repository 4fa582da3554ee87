/**
 * What the server and the page of `durableflow ui` say to each other: plain JSON. Moments are ISO strings in UTC, durations milliseconds, money
 * US dollars. `Json` values are what `toJson` makes of the engine's values; nothing in them may be trusted: models and tools wrote them.
 *
 * `npm run build:page` makes `sdk/ui/assets/`: `index.html`, and beside it files with hashed names, which the page asks for as `/assets/NAME`.
 * `GET /api/events` are server-sent events: `change`, without data, if something in the file has changed; at most two a second.
 * The page has addresses of its own (`/inbox`, `/runs/ID`, …): `GET` of any path outside of `/api`, `/assets` and `/reports/` answers with `index.html`.
 *
 * `GET /api/events` are server-sent events: `change`, without data, says that something in the file has changed; at most two a second.
 */
import type { ArtifactState, RunStatus, Verdict } from '../store/index.js';
import type { PlanTrace } from '../planner/plan-trace.js';

/** A value as JSON holds it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
/** A moment, such as `2026-11-27T09:30:00.000Z`. */
export type Moment = string;

/** An error, in words: its code, what is the matter, and what to do about it. No stack, no path. */
export interface ErrorWords {
  readonly code: string;
  readonly what: string;
  readonly fix: string | null;
}

/** The body of every answer with a status of 400 or more. */
export interface Refusal {
  readonly error: ErrorWords;
}

/** `GET /api/session`; `POST /api/session` with `{ token }` makes one. */
export interface Session {
  /** Whose link was opened. Decisions are recorded in this name. */
  readonly decider: string;
  /** To be sent as `x-durableflow-csrf` with everything that changes something. */
  readonly csrf: string;
  /** False: the page only looks. */
  readonly canDecide: boolean;
  /** Whether decisions are signed with the approval secret. */
  readonly signs: boolean;
  /** Whether this process executes runs of its own (`--app`). */
  readonly works: boolean;
  /** The name of the database file, without its folder. */
  readonly file: string;
  readonly version: string;
}

/** `GET /api/overview` */
export interface Overview {
  readonly counts: Readonly<Partial<Record<RunStatus, number>>>;
  readonly workflows: readonly string[];
  readonly openApprovals: number;
  readonly doubts: number;
  /** What the doctor finds, the worst first. */
  readonly findings: readonly { readonly severity: 'damaged' | 'attention' | 'note'; readonly what: string; readonly meaning: string }[];
}

/** `GET /api/runs?status=&status=&workflow=&search=&before=&limit=`: newest first. `search` is a part of the id, or `name=value` of an attribute. */
export interface RunList {
  readonly runs: readonly RunLine[];
  /** What `before` must be to get the next page; null at the end. */
  readonly next: string | null;
}

export interface RunLine {
  readonly id: string;
  readonly workflow: string;
  readonly version: string;
  readonly status: RunStatus;
  readonly createdAt: Moment;
  readonly updatedAt: Moment;
  /** When time alone will wake it. */
  readonly wakeAt: Moment | null;
  /** How often it was taken up by a process: 1 if nothing interrupted it. */
  readonly claims: number;
  /** What models have cost in it, as far as it is known. */
  readonly costUsd: number;
  /** Why it has ended, unless it completed. */
  readonly error: ErrorWords | null;
  /** What it waits for, in words; null if it waits for nothing. */
  readonly waitsFor: string | null;
}

/** `GET /api/runs/ID` */
export interface RunPage extends RunLine {
  readonly input: Json;
  readonly output: Json;
  readonly deadlineAt: Moment | null;
  readonly parent: string | null;
  readonly children: readonly string[];
  readonly queue: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  readonly timeline: readonly TimelineEntry[];
  /** When the run was taken up again, and by which process: after a wait, or after its process died. */
  readonly resumptions: readonly Resumption[];
  readonly approvals: readonly ApprovalCard[];
  readonly doubts: readonly DoubtCard[];
  readonly signals: readonly { readonly name: string; readonly state: string; readonly payload: Json; readonly sentAt: Moment }[];
  /** Whether there is a lineage to look at. */
  readonly hasLineage: boolean;
  /** Whether the run is a request to the planner, which has a trace. */
  readonly hasTrace: boolean;
  /** Commands for the terminal that would bring it further. */
  readonly next: readonly { readonly waitsFor: string; readonly commands: readonly string[] }[];
}

/** One call of a run, on record or still open; in the order of the calls. */
export interface TimelineEntry {
  readonly call: number;
  readonly method: string;
  readonly kind: 'step' | 'effect' | 'approval' | 'sleep' | 'signal' | 'child' | 'other';
  /** `open`: waits, or is under way. */
  readonly outcome: 'returned' | 'threw' | 'open' | 'in_doubt';
  readonly attempts: number;
  readonly startedAt: Moment;
  /** Null while it is open. */
  readonly endedAt: Moment | null;
  /** How long a person or time was waited for, inside the span. */
  readonly waits: readonly { readonly what: string; readonly from: Moment; readonly until: Moment | null }[];
  readonly value: Json;
  readonly error: ErrorWords | null;
  /** An effect's idempotency key and what is known of it. */
  readonly effect: { readonly key: string; readonly state: string; readonly resolvedBy: string | null } | null;
  readonly modelCalls: readonly ModelCallLine[];
  readonly costUsd: number;
}

export interface ModelCallLine {
  readonly attempt: number;
  readonly provider: string;
  readonly model: string;
  readonly outcome: string;
  readonly startedAt: Moment;
  readonly durationMs: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costUsd: number | null;
}

export interface Resumption {
  /** The how-manieth time, from 2. */
  readonly claim: number;
  readonly at: Moment;
  readonly host: string;
  readonly pid: number;
}

/** `GET /api/approvals?all=&limit=` : an array of open ones, the oldest first; with `all=1` of all, the newest first. At most 100 if no limit is given. */
export interface ApprovalCard {
  readonly id: number;
  readonly run: string;
  readonly workflow: string;
  readonly call: number;
  readonly method: string;
  /** What the author of the class says will be done. */
  readonly show: string;
  /** The exact and whole arguments. */
  readonly args: readonly Json[];
  /** Must be sent with the decision. */
  readonly digest: string;
  readonly requestedAt: Moment;
  readonly expiresAt: Moment | null;
  /** Null while it is open. */
  readonly verdict: Verdict | null;
  readonly by: string | null;
  readonly reason: string | null;
  readonly decidedAt: Moment | null;
  readonly quorum: number;
  readonly votes: readonly VoteLine[];
  /** Who may decide; null: anyone. */
  readonly deciders: readonly string[] | null;
  /** The arguments that somebody put in their place. */
  readonly edited: readonly Json[] | null;
  /** The decision's own signature; see `VoteLine.signed`. */
  readonly signed: Signed | null;
  /** What the run's calls with models in them gave back last before the gate, the latest first, at most three. */
  readonly said: readonly { readonly call: number; readonly method: string; readonly model: string; readonly value: Json }[];
  /** What keeps the decider of this session from deciding; null: they may. */
  readonly barred: string | null;
}

export interface VoteLine {
  readonly by: string;
  readonly at: Moment;
  readonly signed: Signed;
}

/** `unchecked`: this process has no secret to check it with. */
export type Signed = 'valid' | 'forged' | 'unsigned' | 'unchecked';

/** `POST /api/approvals/ID/approve`; answers with the `ApprovalCard` as it is then. */
export interface ApproveRequest {
  readonly digest: string;
  readonly reason?: string;
}
/** `POST /api/approvals/ID/reject` */
export interface RejectRequest {
  readonly digest: string;
  readonly reason: string;
}

/** `GET /api/doubts` : an array. An effect that has perhaps happened. */
export interface DoubtCard {
  readonly run: string;
  readonly workflow: string;
  readonly call: number;
  readonly method: string;
  readonly key: string;
  readonly intendedAt: Moment;
}
/** `POST /api/runs/ID/effects/CALL`; answers with `{ effect: { state, resolvedBy } }`. */
export interface ResolveRequest {
  readonly happened: boolean;
  /** What the call returns if it has happened. */
  readonly value?: Json;
  /** That of the card: a later doubt is refused. */
  readonly intendedAt?: Moment;
}

/** `POST /api/runs/ID/cancel`; answers with the `RunPage`. `POST /api/runs/ID/signal` likewise. */
export interface CancelRequest {
  readonly reason: string;
}
export interface SignalRequest {
  readonly name: string;
  readonly payload?: Json;
}

/** `GET /api/spend` */
export interface Spend {
  readonly budgets: readonly BudgetLine[];
  readonly models: readonly {
    readonly model: string;
    readonly provider: string;
    readonly calls: number;
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly costUsd: number;
    /** Of how many calls nobody knows what they cost. */
    readonly unknownCosts: number;
  }[];
  /** The last 30 days on which anything was asked, the oldest first; days in UTC. */
  readonly days: readonly { readonly day: string; readonly costUsd: number; readonly calls: number }[];
  /** There are so many calls that models and days count those of the newest runs only. */
  readonly isPartial: boolean;
}

export interface BudgetLine {
  readonly kind: 'step' | 'run' | 'workflow' | 'day' | 'session';
  readonly key: string;
  /** Spent, or set aside at its worst case. */
  readonly committedUsd: number;
  /** Of it set aside, not settled yet. */
  readonly reservedUsd: number;
  /** Null if the file was written before limits were. */
  readonly limitUsd: number | null;
}

/** `GET /api/runs/ID/lineage`: what is drawn, already placed, in the picture's own units. */
export interface LineagePage {
  readonly run: string;
  readonly width: number;
  readonly height: number;
  readonly material: readonly {
    readonly reference: string;
    readonly state: ArtifactState;
    readonly stateWords: string;
    readonly digest: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  readonly calls: readonly {
    readonly call: number;
    readonly method: string;
    readonly threw: boolean;
    readonly notes: readonly string[];
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  /** `given`: from a call, what another one was given. What matters most is last. */
  readonly edges: readonly {
    readonly path: string;
    readonly state: ArtifactState | 'given';
    /** The place in `material`; null if it is from a call. */
    readonly material: number | null;
    readonly call: number;
  }[];
  /** How many pieces of material are not drawn. */
  readonly hidden: number;
  /** The rest in words: per call what was selected, rejected and why, consumed, credited. */
  readonly decisions: readonly {
    readonly call: number;
    readonly method: string;
    readonly budget: { readonly maxTokens: number; readonly tokens: number } | null;
    readonly material: readonly {
      readonly reference: string;
      readonly state: ArtifactState;
      readonly tokens: number | null;
      readonly score: number | null;
      readonly reason: string | null;
    }[];
  }[];
  readonly totals: { readonly modelCalls: number; readonly inputTokens: number; readonly outputTokens: number; readonly costUsd: number };
}

/** `GET /api/traces?before=` : requests to the planner, newest first. `GET /api/traces/ID` is a `PlanTrace`. */
export interface TraceList {
  readonly traces: readonly {
    readonly id: string;
    readonly at: Moment;
    readonly state: PlanTrace['state'];
    readonly headline: string;
    readonly costUsd: number;
  }[];
  readonly next: string | null;
}
export type TracePage = PlanTrace;

/** `GET /api/reports` : an array, newest first. The report itself is a page of its own at `/reports/ID`, in a sandbox. */
export interface ReportLine {
  readonly id: string;
  readonly kind: 'readiness' | 'colony';
  readonly title: string;
  /** `ship`, `no_ship`, …, or null if the report has no verdict. */
  readonly verdict: string | null;
  readonly at: Moment;
}
