/**
 * Where a process is killed, in the life of one effect. `after_effect` is in the world, between the deed and its reply;
 * the others are in the process, which tells the world that it has come there and is killed from outside.
 */
export const killPoints = ['before_intent', 'after_intent', 'after_effect', 'before_commit', 'after_commit'] as const;

export type KillPoint = (typeof killPoints)[number];

/**
 * What happens to the process: it is killed; or stopped, and woken when all others have come to their ends; or from then on
 * no file of it can be written, until it is gone.
 */
export type Strike = 'kill' | 'freeze' | 'fill_disk';

/** One strike: at this point of the first call of this effect in this process. */
export interface Kill {
  readonly point: KillPoint;
  /** Such as `crm.refund`. */
  readonly effect: string;
  /** The decorated method that it is made in, and whether that is an effect or a step; empty if in none. */
  readonly method: string;
  readonly madeIn: 'effect' | 'step' | 'none';
  /** Which process, from 1. */
  readonly life: number;
  /** Default `kill`. */
  readonly strike?: Strike;
}

/** The process kills itself at a write to the engine's file: when it is asked for and not committed, or committed and nobody knows. */
export interface WriteKill {
  readonly side: 'before' | 'after';
  /** Which write of this process, from 1; of those of this verb, if there is one. */
  readonly nth: number;
  readonly verb?: string;
  readonly life: number;
}

/** The process is killed when a tool of the world has answered it for the `nth` time, and it has got the answer. */
export interface ReplyKill {
  readonly reply: number;
  readonly life: number;
}

/** The points in words. */
export const killPointTitles: Readonly<Record<KillPoint, string>> = {
  before_intent: 'before the intent was on record',
  after_intent: 'after the intent, before the call went out',
  after_effect: 'after the effect, before its reply',
  before_commit: 'after the reply, before it was on record',
  after_commit: 'after the effect was on record',
};
