import type { FuzzTarget, Reader } from './fuzz-target.js';

const broken = (read: Reader) => async (): Promise<FuzzTarget> => ({ seeds: () => ['{"a":1}'], words: ['boom'], open: async () => read });
const onBoom =
  (act: () => unknown): Reader =>
  (input) =>
    input.includes('boom') ? act() : input;

/** Readers with one fault each, by what is to be found of them: what keeps the search honest. */
export const brokenTargets: Readonly<Record<string, () => Promise<FuzzTarget>>> = {
  error: broken(onBoom(() => JSON.parse('{'))),
  hang: broken(
    onBoom(() => {
      for (;;);
    }),
  ),
  memory: broken(
    onBoom(() => {
      for (const kept: unknown[] = []; ;) kept.push(new Array(10_000).fill(kept.length));
    }),
  ),
  pollution: broken((input) => {
    const made: Record<string, Record<string, unknown>> = {};
    for (const [, key, value] of input.matchAll(/"(\w+)":(\w+)/g)) (made[key!] ??= {})['fuzzed'] = value;
  }),
  growth: broken(onBoom(() => 'x'.repeat(1_000_000))),
};
