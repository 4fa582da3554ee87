import type { EffectCount } from '../measures/arm-run.js';

/** Where jobs put what they have made: outside of all machines, so that it survives them. */
export interface ArtifactSink {
  /** Puts an artifact under a name. The same key again is the same delivery, and changes nothing. */
  put(name: string, content: string, options: { readonly key: string }): Promise<void>;
  /** What is there under a name; undefined if nothing is. */
  find(name: string): Promise<string | undefined>;
}

/** Counts deliveries: every key is one, whatever its name. */
export function countEffects(keysByName: Iterable<ReadonlySet<string>>): EffectCount {
  let [keys, duplicates, mostOfOneKey] = [0, 0, 0];
  for (const { size } of keysByName) {
    keys++;
    duplicates += size - 1;
    mostOfOneKey = Math.max(mostOfOneKey, size);
  }
  return { keys, duplicates, mostOfOneKey };
}
