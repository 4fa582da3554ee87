/**
 * Where a process is killed, in the life of one effect. `after_effect` is in the world, between the deed and its reply;
 * the others are in the process, which tells the world that it has come there and is killed from outside.
 */
export const killPoints = ['before_intent', 'after_intent', 'after_effect', 'before_commit', 'after_commit'] as const;

export type KillPoint = (typeof killPoints)[number];

/** One kill: at this point of the first call of this effect in this process. */
export interface Kill {
  readonly point: KillPoint;
  /** Such as `crm.refund`. */
  readonly effect: string;
  /** The decorated method that it is made in, and whether that is an effect or a step; empty if in none. */
  readonly method: string;
  readonly madeIn: 'effect' | 'step' | 'none';
  /** Which process, from 1. */
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
