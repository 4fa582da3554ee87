/** One entry of a run's journal: the outcome of one call. Records are only ever appended. */
export interface JournalRecord {
  /** The order in which outcomes were recorded and delivered, from 0. */
  readonly seq: number;
  /** The order in which the workflow asked, from 0. */
  readonly call: number;
  /** The method's id. */
  readonly name: string;
  /** Digest of the arguments. */
  readonly digest: string;
  readonly outcome: 'returned' | 'threw';
  /** The encoded value or error. */
  readonly value: string;
  readonly attempts: number;
  /** Milliseconds since the epoch: when the call began to execute and when it was recorded. */
  readonly startedAt: number;
  readonly endedAt: number;
}
