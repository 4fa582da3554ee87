import { countEffects, type ArtifactSink } from '../job/artifact-sink.js';
import type { EffectCount } from '../measures/arm-run.js';

/** The sink of simulated batches. */
export class MemorySink implements ArtifactSink {
  readonly #artifacts = new Map<string, { content: string; readonly keys: Set<string> }>();

  async put(name: string, content: string, { key }: { readonly key: string }): Promise<void> {
    const artifact = this.#artifacts.get(name);
    if (!artifact) this.#artifacts.set(name, { content, keys: new Set([key]) });
    else if (!artifact.keys.has(key)) {
      artifact.keys.add(key);
      artifact.content = content;
    }
  }

  async find(name: string): Promise<string | undefined> {
    return this.#artifacts.get(name)?.content;
  }

  count(): EffectCount {
    return countEffects([...this.#artifacts.values()].map(({ keys }) => keys));
  }
}
