/** A limit on how many runs are executed at once, and how many may begin in a span of `per` milliseconds. */
export interface QueueLimit {
  readonly concurrency?: number | undefined;
  readonly rate?: { readonly max: number; readonly per: number } | undefined;
}

/** A queue, as every process that shares the file must keep to it. */
export interface QueueRecord {
  readonly name: string;
  readonly all: QueueLimit;
  /** For the runs of one key. */
  readonly perKey: QueueLimit;
}

/** How a queue stands, and its limits: none for a name that no process has given any. */
export interface QueueCount extends QueueRecord {
  /** Runs that wait for a place, that are executed, and that have begun and wait for something else. */
  readonly pending: number;
  readonly running: number;
  readonly waiting: number;
}

/** Runs to be started again and again. Times in milliseconds since the epoch. */
export interface ScheduleRecord {
  readonly id: string;
  readonly workflow: string;
  readonly version: string;
  readonly cron: string;
  readonly timezone: string | undefined;
  /** The encoded input of each run. */
  readonly input: string;
  readonly inputDigest: string;
  readonly nextAt: number;
}
