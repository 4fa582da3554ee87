/** Something that a call waits for besides an operator: a moment, a signal, a child. Times in milliseconds since the epoch. */
export interface WaitRecord {
  readonly call: number;
  /** The name of the call in the journal. */
  readonly name: string;
  readonly digest: string;
  readonly wakeAt: number | undefined;
  readonly since: number;
}

/** A message for a run, kept until the run asks for one of its name. */
export interface SignalRecord {
  readonly id: number;
  readonly name: string;
  /** The encoded payload. */
  readonly payload: string;
  /** `pending` until the run takes it; `refused` if its schema did not accept it. */
  readonly state: 'pending' | 'taken' | 'refused';
  readonly sentAt: number;
}

/** A signal to send. A second one with the same `dedupeId` for the same run and name is ignored. */
export interface NewSignal {
  readonly name: string;
  readonly payload: string;
  readonly dedupeId: string | undefined;
  readonly at: number;
}

/** What came of a signal. */
export type SignalAnswer = 'recorded' | 'duplicate' | 'unknown' | 'ended';
