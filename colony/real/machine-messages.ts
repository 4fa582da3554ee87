import type { Assignment, AttemptEnd, Phase } from '../runner/fleet.js';
import type { Micros } from '../time.js';

/** Places in a stage where a machine can be made to stand still, to be killed there. */
export type KillPoint =
  | 'before_start'
  | 'mid_stage'
  /** The effect is made; nothing is on record. */
  | 'after_effect'
  /** The outcome is on record, and nobody has heard of it: neither the engine nor the controller. */
  | 'after_commit';

export const killPoints = ['before_start', 'mid_stage', 'after_effect', 'after_commit'] as const satisfies readonly KillPoint[];

/** What a machine says. */
export type MachineWord =
  | { readonly is: 'ready' }
  /** Under this name it will hold leases. */
  | { readonly is: 'joined'; readonly owner: string }
  /** The server can give it its job at this port of the loopback address. */
  | { readonly is: 'serving'; readonly port: number }
  /** Of the job that it was given, these calls are on record. */
  | { readonly is: 'found'; readonly calls: readonly number[] }
  | { readonly is: 'enters'; readonly phase: Phase }
  /** `begun` is when it had the outcome and went to put it on record. */
  | { readonly is: 'recorded'; readonly call: number; readonly begun: Micros }
  | { readonly is: 'adopted' }
  /** The server has taken its job from it. If it still is this machine's, it is given back in a moment. */
  | { readonly is: 'cut_off' }
  | { readonly is: 'ended'; readonly end: AttemptEnd }
  /** It cannot use the file of the engine. */
  | { readonly is: 'stranded'; readonly message: string }
  /** The body of a stage has begun whose outcome is on record. */
  | { readonly is: 'reran'; readonly detail: string }
  /** It stands still where it was told to. */
  | { readonly is: 'at'; readonly point: KillPoint };

/** With the moment, of the clock that all processes share. */
export type MachineMessage = MachineWord & { readonly at: Micros };

export type ControllerMessage =
  /** `front` is where a server looks for the machine that has the job. */
  | { readonly is: 'assign'; readonly assignment: Assignment; readonly front?: string | undefined }
  /** At this point, when it has come by it so often, it stands still and says so. */
  | { readonly is: 'stop_at'; readonly point: KillPoint; readonly nth: number }
  /** It need not stand still any longer. */
  | { readonly is: 'go_on' };
