import { createHash } from 'node:crypto';
import { sideEffect } from '../../sdk/decorators/side-effect.js';
import { workflow } from '../../sdk/decorators/workflow.js';
import { effectKey } from '../../sdk/runtime/index.js';
import type { ArtifactSink } from './artifact-sink.js';

/** Which job of the batch a run is. */
export interface PipelineInput {
  readonly job: string;
}

/** How often the loops go round; the workload says the same. */
const [sources, shards] = [2, 4];

/**
 * The job of the benchmark: an ordinary loop over stages, each of which puts what it has made into the sink before the next one
 * begins. How long they take is not said here but by the workload.
 */
@workflow({ name: 'colony-pipeline', version: '1' })
export class PipelineJob {
  readonly #sink: ArtifactSink;

  constructor(sink: ArtifactSink) {
    this.#sink = sink;
  }

  async run({ job }: PipelineInput): Promise<string> {
    let data = job;
    for (let source = 1; source <= sources; source++) data = await this.loadData(`${job}/data-${source}`, data);
    let scores = data;
    for (let shard = 1; shard <= shards; shard++) scores = await this.inferShard(`${job}/shard-${shard}`, scores);
    const metrics = await this.writeMetrics(`${job}/metrics`, scores);
    return this.uploadArtifact(`${job}/artifact`, metrics);
  }

  @sideEffect({ idempotencyKey: (name) => name, reconcile: 'find' })
  loadData(name: string, from: string): Promise<string> {
    return this.#make(name, from);
  }

  @sideEffect({ idempotencyKey: (name) => name, reconcile: 'find' })
  inferShard(name: string, from: string): Promise<string> {
    return this.#make(name, from);
  }

  @sideEffect({ idempotencyKey: (name) => name, reconcile: 'find' })
  writeMetrics(name: string, from: string): Promise<string> {
    return this.#make(name, from);
  }

  @sideEffect({ idempotencyKey: (name) => name, reconcile: 'find' })
  uploadArtifact(name: string, from: string): Promise<string> {
    return this.#make(name, from);
  }

  /** Whether a stage's artifact is there already: asked after a loss, when nobody knows. */
  find(name: string): Promise<string | undefined> {
    return this.#sink.find(name);
  }

  async #make(name: string, from: string): Promise<string> {
    const content = createHash('sha256').update(`${name}:${from}`).digest('hex').slice(0, 16);
    await this.#sink.put(name, content, { key: effectKey() });
    return content;
  }
}
