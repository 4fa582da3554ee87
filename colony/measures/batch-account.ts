import type { Micros } from '../time.js';
import type { Billed } from './arm-run.js';

/** Adds up what the time of all machines of a batch went into. */
export class BatchAccount {
  readonly billed: { -readonly [Kind in keyof Billed]: Micros } = {
    useful: 0,
    lost: 0,
    redo: 0,
    checkpoint: 0,
    restore: 0,
    provision: 0,
    idle: 0,
  };
  /** From acquisition to end, without regard to what happened in between. */
  leased: Micros = 0;

  add(kind: keyof Billed, span: Micros): void {
    this.billed[kind] += span;
  }

  /** A machine was used for so long. */
  lease(span: Micros): void {
    this.leased += span;
  }

  /** Whether every moment that is paid for was put down to something. */
  get isComplete(): boolean {
    return Object.values(this.billed).reduce((sum, span) => sum + span, 0) === this.leased;
  }
}
