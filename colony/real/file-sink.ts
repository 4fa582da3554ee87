import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { countEffects, type ArtifactSink } from '../job/artifact-sink.js';
import type { EffectCount } from '../measures/arm-run.js';

interface Delivery {
  readonly name: string;
  readonly key: string;
  readonly content: string;
  /** Of the process that delivered. */
  readonly pid: number;
}

/**
 * The world outside of real machines: a file to which every delivery is added as a line and is on disk before `put` resolves.
 * A second delivery under the same key counts for nothing, as with any endpoint that honours keys; who delivers, and how often
 * it was killed over it, can be read off the file.
 */
export class FileSink implements ArtifactSink {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async put(name: string, content: string, { key }: { readonly key: string }): Promise<void> {
    const file = openSync(this.#file, 'a');
    try {
      // A line that a full disk has cut short must not swallow the next one.
      writeSync(file, `\n${JSON.stringify({ name, key, content, pid: process.pid })}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  async find(name: string): Promise<string | undefined> {
    // The first delivery of the last key: what came later under that key was no delivery.
    const deliveries = this.deliveries().filter((it) => it.name === name);
    const last = deliveries.at(-1);
    return last && deliveries.find(({ key }) => key === last.key)!.content;
  }

  count(): EffectCount {
    const keys = new Map<string, Set<string>>();
    for (const { name, key } of this.deliveries()) keys.set(name, (keys.get(name) ?? new Set()).add(key));
    return countEffects(keys.values());
  }

  /** All that has arrived, in order. */
  deliveries(): Delivery[] {
    return readLines(this.#file) as Delivery[];
  }
}

/** The lines of a file that only grows, as JSON; what was cut short is none. */
export function readLines(file: string): unknown[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });
}
