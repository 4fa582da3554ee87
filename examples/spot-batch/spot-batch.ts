import { createHash } from 'node:crypto';
import { effectKey, FatalError, sideEffect, step, workflow } from 'durableflow';
import type { ArtifactSink } from 'durableflow/colony';
import type { Embedder } from './embedder.js';
import { passagesOf } from './passages.js';

export interface BatchInput {
  readonly batch: string;
  /** Of the documentation. */
  readonly page: string;
}

/** Something that was put into the sink, by name and content. */
export interface Artifact {
  readonly name: string;
  readonly sha256: string;
}

/** How many parts a page is cut into, whatever its length: the readiness suite says how often each stage is called. */
export const shardCount = 5;

/** A batch of embeddings as it is run on machines that may be taken away: it makes a page searchable, shard by shard. */
@workflow({ name: 'spot-batch', version: '1' })
export class SpotBatch {
  constructor(private readonly deps: { readonly sink: ArtifactSink; readonly embedder: Embedder }) {}

  async run({ batch, page }: BatchInput): Promise<Artifact> {
    const shards = await this.planShards(page);
    const parts: Artifact[] = [];
    for (const [index, passages] of shards.entries()) parts.push(await this.embedShard(`${batch}/shard-${index + 1}`, passages));
    const index = await this.writeIndex(`${batch}/index`, parts);
    return this.publish(`${batch}/published`, index);
  }

  @step()
  async planShards(page: string): Promise<string[][]> {
    const passages = passagesOf(page);
    const size = Math.ceil(passages.length / shardCount);
    return Array.from({ length: shardCount }, (_, shard) => passages.slice(shard * size, (shard + 1) * size));
  }

  @sideEffect({ idempotencyKey: (name) => name, reconcile: 'delivered' })
  async embedShard(name: string, passages: string[]): Promise<Artifact> {
    return this.#deliver(name, JSON.stringify(passages.map((text) => ({ text, vector: this.deps.embedder.embed(text) }))));
  }

  @sideEffect({ idempotencyKey: (name) => name, reconcile: 'delivered' })
  async writeIndex(name: string, parts: Artifact[]): Promise<Artifact> {
    const shards = await Promise.all(parts.map((part) => this.#fetch(part)));
    return this.#deliver(name, JSON.stringify(shards.flatMap((shard) => JSON.parse(shard) as unknown[])));
  }

  @sideEffect({ idempotencyKey: (name) => name, reconcile: 'delivered' })
  async publish(name: string, index: Artifact): Promise<Artifact> {
    return this.#deliver(name, JSON.stringify(index));
  }

  /** Asked after a loss, when nobody knows whether an artifact went out. */
  async delivered(name: string): Promise<Artifact | undefined> {
    const content = await this.deps.sink.find(name);
    return content === undefined ? undefined : artifact(name, content);
  }

  async #deliver(name: string, content: string): Promise<Artifact> {
    await this.deps.sink.put(name, content, { key: effectKey() });
    return artifact(name, content);
  }

  async #fetch({ name, sha256 }: Artifact): Promise<string> {
    const content = await this.deps.sink.find(name);
    if (content === undefined || artifact(name, content).sha256 !== sha256) throw new FatalError(`${name} is not what was delivered`);
    return content;
  }
}

const artifact = (name: string, content: string): Artifact => ({ name, sha256: createHash('sha256').update(content).digest('hex') });
