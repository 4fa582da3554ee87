import type { JournalRecord } from '../journal/index.js';
import type {
  ApprovalDecision,
  ApprovalRequest,
  Attributes,
  DecideAnswer,
  CancelAnswer,
  DecisionRecord,
  EffectIntent,
  EffectResolution,
  EndedStatus,
  Ending,
  History,
  IntentAnswer,
  NewRun,
  NewSignal,
  Owner,
  Parking,
  Receipt,
  SignalAnswer,
  WaitRecord,
} from '../store/index.js';

/** What somebody outside says to a run: a verb of the `Store` port that anyone may use, without the id of the run. */
export type RunEvent =
  | { readonly verb: 'decide'; readonly call: number; readonly decision: ApprovalDecision }
  | { readonly verb: 'resolve'; readonly call: number; readonly resolution: EffectResolution }
  | { readonly verb: 'cancel'; readonly reason: string; readonly outcome: string; readonly at: number }
  | { readonly verb: 'signal'; readonly signal: NewSignal }
  | { readonly verb: 'reopen'; readonly at: number }
  | { readonly verb: 'setAttributes'; readonly attributes: Attributes }
  /** A child that a call of the run waits for has ended. */
  | { readonly verb: 'childEnded'; readonly id: string; readonly status: EndedStatus; readonly outcome: string; readonly at: number };

/** What came of an event, in the words of the `Store` port. */
export type EventAnswer = DecideAnswer | CancelAnswer | SignalAnswer | boolean;

/**
 * One change of one run: a verb of the `Store` port with its arguments, without the lease. A run is what comes of applying its
 * entries in their order to an empty store, wherever that is done: the worker that executes it does, and so does every client
 * that shows it.
 */
export type LogEntry =
  | RunEvent
  | { readonly verb: 'start'; readonly run: NewRun }
  | { readonly verb: 'importHistory'; readonly history: History; readonly id: string }
  /** Whoever had the run before has lost it. */
  | { readonly verb: 'claim'; readonly owner: Owner; readonly at: number }
  | { readonly verb: 'append'; readonly record: JournalRecord; readonly receipt?: Receipt; readonly decision?: DecisionRecord }
  | { readonly verb: 'noteDecision'; readonly decision: DecisionRecord }
  /** With the answer, which depends on other runs. */
  | { readonly verb: 'intend'; readonly intent: EffectIntent; readonly answer: IntentAnswer }
  | { readonly verb: 'withdraw'; readonly call: number; readonly at: number }
  | { readonly verb: 'requestApproval'; readonly request: ApprovalRequest }
  | { readonly verb: 'reopenApproval'; readonly call: number; readonly code: string }
  | { readonly verb: 'wait'; readonly wait: WaitRecord }
  /** `signal` counts the signals of the run, from 1: ids differ from store to store. The same in a receipt. */
  | { readonly verb: 'refuseSignal'; readonly signal: number }
  | { readonly verb: 'park'; readonly parking: Parking }
  | { readonly verb: 'release'; readonly at: number }
  | { readonly verb: 'finish'; readonly ending: Ending }
  /** A call of the run has started another run. */
  | { readonly verb: 'child'; readonly run: NewRun };

/** A message to another Restate service that is sent once this batch is durable. */
export interface Send {
  readonly service: string;
  readonly key: string;
  readonly handler: string;
  readonly payload: unknown;
}

/** A question to another Restate service whose answer the run waits for. */
export type Ask = { readonly kind: 'intend'; readonly intent: EffectIntent } | { readonly kind: 'child'; readonly run: NewRun };

/**
 * One commit: entries that become durable together, and what is to be done about them. Everything that the handler does with Restate
 * follows from the batches alone, so that it does the same on every replay, whatever the workflow's code has become meanwhile.
 */
export interface Batch {
  /** How many events of the inbox have been taken so far; the last of them are among the entries. */
  readonly inbox: number;
  readonly entries: readonly LogEntry[];
  /** Of the entries as JSON, and of what is sent with them, about. */
  readonly bytes: number;
  /** What came of events that were taken with this batch. */
  readonly answers: readonly { readonly event: number; readonly answer: EventAnswer }[];
  readonly sends: readonly Send[];
  readonly ask?: Ask;
  /** The run is put aside until something comes into its inbox, or until this moment. */
  readonly park?: { readonly wakeAt: number | undefined };
  readonly end?: Ended;
  /** When it was made, by the worker's clock. */
  readonly at: number;
}

/** What the handler `run` of a workflow is called with, under the run's id: what its log begins with. */
export type RunOrder = Extract<LogEntry, { readonly verb: 'start' | 'importHistory' }> & {
  /** The Restate service of the run that waits for this one, if any does. */
  readonly parentService?: string;
};

/** Who has begun a run: told to another run that means to start it as its child. */
export interface Origin {
  readonly inputDigest: string;
  readonly parent: string | undefined;
  /** How it has ended, if it has. */
  readonly ended?: Ended | undefined;
}

/** How a run has ended, for those that wait for it. */
export interface Ended {
  readonly status: EndedStatus;
  readonly outcome: string;
  readonly at: number;
}

/** What a run leaves with the server as its result: with its whole log, if that is short, so that who waits for the end need not ask for it. */
export interface RunOutput extends Ended {
  /** The rows of the log. */
  readonly log?: readonly (readonly LogEntry[])[];
}

/** What became of a question. */
export type AskAnswer = { readonly kind: 'intend'; readonly answer: IntentAnswer } | { readonly kind: 'child'; readonly origin: Origin };
