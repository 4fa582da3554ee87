/** A way to run a batch of jobs on machines that can be lost. */
export interface Arm {
  readonly id: ArmId;
  readonly title: string;
  /** By the engine, from the last record on; otherwise the plain class, from the beginning. */
  readonly durable: boolean;
  /** How often a job that was lost is tried again. */
  readonly retries: 'none' | 'limited' | 'unlimited';
  /** Machines of the on-demand market are never lost, and cost more. */
  readonly market: 'spot' | 'on_demand';
}

export type ArmId = 'no_retry' | 'scratch_limited' | 'scratch' | 'durable_limited' | 'durable' | 'on_demand';

/** In the order in which they are shown: those with equal retry budgets stand together. */
export const arms: readonly Arm[] = [
  { id: 'no_retry', title: 'no retry', durable: false, retries: 'none', market: 'spot' },
  { id: 'scratch_limited', title: 'from scratch, k retries', durable: false, retries: 'limited', market: 'spot' },
  { id: 'durable_limited', title: 'durable, k retries', durable: true, retries: 'limited', market: 'spot' },
  { id: 'scratch', title: 'from scratch, no limit', durable: false, retries: 'unlimited', market: 'spot' },
  { id: 'durable', title: 'durable, no limit', durable: true, retries: 'unlimited', market: 'spot' },
  { id: 'on_demand', title: 'on demand', durable: false, retries: 'unlimited', market: 'on_demand' },
];

export const armOf = (id: ArmId): Arm => arms.find((arm) => arm.id === id)!;

/** The arms that may be compared: the same number of retries, with and without the engine. */
export const fairPairs = [
  { naive: 'scratch_limited', durable: 'durable_limited' },
  { naive: 'scratch', durable: 'durable' },
] as const satisfies readonly { readonly naive: ArmId; readonly durable: ArmId }[];

/** The pair that a verdict rests on. */
export const headlinePair = fairPairs[1];
