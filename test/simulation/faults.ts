import fc from 'fast-check';

/** What befalls the processes, minutes after the one before. `process` is drawn from those that live. */
export type Fault = { readonly after: number; readonly process: number } &
  /** `committed`: it dies with what it has asked for on disk, before it hears of it. */
  (
    | { readonly kind: 'kill'; readonly committed: boolean }
    | { readonly kind: 'stop'; readonly minutes: number }
    | { readonly kind: 'disk-full'; readonly minutes: number }
    /** All processes die. Of a hundred sectors that were not synced, so many are `lost`, and something `torn` is behind them. */
    | { readonly kind: 'power-loss'; readonly lost: number; readonly torn: number }
  );

const after = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 30 }));
const process = fc.nat(2);
/** Longer than a lease, more often than not. */
const minutes = fc.integer({ min: 5, max: 60 });
const lost = fc.oneof(fc.constantFrom(0, 100), fc.nat(100));
const torn = fc.oneof(fc.constant(0), fc.nat(9000));

export const faults: fc.Arbitrary<readonly Fault[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('kill' as const), after, process, committed: fc.boolean() }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('stop' as const), after, process, minutes }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('disk-full' as const), after, process, minutes }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('power-loss' as const), after, process, lost, torn }) },
  ),
  { minLength: 1, maxLength: 8 },
);
