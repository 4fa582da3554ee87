import type { StepValue } from '../step-value.js';

/** What a resolved write has survived: `full` a loss of power (every commit is flushed to the disk), `normal` the death of the process alone. */
export type Durability = 'full' | 'normal';

/** What an engine is opened with. */
export interface Setting {
  /** An empty folder, removed afterwards. */
  readonly folder: string;
  readonly durability: Durability;
  /** The body of every step; it takes the time. */
  readonly work: (i: number) => StepValue;
  /** Where its server is, for an engine that has one. */
  readonly server: string;
  /** So many runs are asked for at a time at the most. */
  readonly concurrency: number;
}

export interface OpenPeer {
  /** One workflow of so many sequential steps, from its start to its result; gives the sum of the lengths of what the steps returned. */
  run(steps: number): Promise<number>;
  close(): Promise<void>;
}

/** What each file in `adapters/` exports. */
export interface PeerModule {
  open(setting: Setting): Promise<OpenPeer>;
}
