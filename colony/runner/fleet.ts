/** A job that a machine is to go on with, or to begin. */
export interface Assignment {
  readonly job: string;
  /** The job's place in the batch, from 0. */
  readonly index: number;
  /** From 1. */
  readonly attempt: number;
}

/** What a machine with a job does at a moment. */
export type Phase = 'restore' | 'prepare' | 'work' | 'checkpoint';

/** How an attempt at a job came to an end on a machine that lives. */
export type AttemptEnd =
  | { readonly kind: 'done'; readonly digest: string }
  /** The job itself threw: no machine could have finished it. */
  | { readonly kind: 'failed'; readonly message: string }
  /** It waits for a person. */
  | { readonly kind: 'stuck'; readonly message: string }
  /** Another machine has taken the job over, and the engine let this one write no more. */
  | { readonly kind: 'fenced' };

/** What a machine makes known. The first group is what a runner can see; the second is for the books alone. */
export interface MachineListener {
  /** It can work. */
  ready(): void;
  enters(phase: Phase): void;
  /** All finished stages are on record. */
  recorded(): void;
  /** What a lost machine had finished but not put on record was found in the world outside, and is not done again. */
  adopted(): void;
  ended(end: AttemptEnd): void;
  /** Nothing has been heard of it for so long that it is taken for lost. */
  lost(): void;

  /** It is gone, and costs no more. */
  died(): void;
  paused(): void;
  resumed(): void;
}

/** A machine, from its acquisition to its end. */
export interface Machine {
  assign(assignment: Assignment): void;
  /** Gives it back: nothing more is heard of it. */
  release(): void;
}

/** Where machines come from: simulated ones or processes. */
export interface Fleet {
  acquire(slot: number, listener: MachineListener): Machine;
}
