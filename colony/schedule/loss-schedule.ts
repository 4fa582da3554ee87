import { createHash } from 'node:crypto';
import type { Micros } from '../time.js';

/** What happens to a machine: it is gone, it stands still for a while, or it is told that it will be gone. */
export type LossKind = 'destroy' | 'pause' | 'notice';

export interface LossEvent {
  /** Since the batch began. */
  readonly at: Micros;
  readonly slot: number;
  readonly kind: LossKind;
  /** Of a pause: how long the machine stands still. Of a notice: how long until it is gone, which is an event of its own. */
  readonly lasts: Micros;
}

/** What will happen to the slots, whoever has a machine on them then: the same for all arms. */
export interface LossSchedule {
  /** Where it comes from, in words: the generator with its rates and seed, or the trace. */
  readonly source: string;
  readonly slots: number;
  /** Nothing is known of the time after this. */
  readonly horizon: Micros;
  /** By time; at the same time by slot. */
  readonly events: readonly LossEvent[];
  /** SHA-256 over slots, horizon and events. */
  readonly hash: string;
}

export function lossSchedule({ source, slots, horizon, events }: Omit<LossSchedule, 'hash'>): LossSchedule {
  const ordered = [...events].sort((a, b) => a.at - b.at || a.slot - b.slot);
  return { source, slots, horizon, events: ordered, hash: hashOf(slots, horizon, ordered) };
}

function hashOf(slots: number, horizon: Micros, events: readonly LossEvent[]): string {
  const hash = createHash('sha256').update(`${slots},${horizon}\n`);
  for (const { at, slot, kind, lasts } of events) hash.update(`${at},${slot},${kind},${lasts}\n`);
  return hash.digest('hex');
}
