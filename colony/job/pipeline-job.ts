import { createHash } from 'node:crypto';
import { sideEffect } from '../../sdk/decorators/side-effect.js';
import { workflow } from '../../sdk/decorators/workflow.js';
import { effectKey } from '../../sdk/runtime/index.js';
import type { ArtifactSink } from './artifact-sink.js';

/** Which job of the batch a run is. */
export interface PipelineInput {
  readonly job: string;
}

/**
 * The job of the benchmark: four stages, each of which puts what it has made into the sink before the next one begins.
 * How long they take is not said here but by the workload.
 */
@workflow({ name: 'colony-pipeline', version: '1' })
export class PipelineJob {
  readonly #sink: ArtifactSink;

  constructor(sink: ArtifactSink) {
    this.#sink = sink;
  }

  async run({ job }: PipelineInput): Promise<string> {
    const data = await this.loadData(job);
    const shard = await this.inferShard(job, data);
    const metrics = await this.writeMetrics(job, shard);
    return this.uploadArtifact(job, metrics);
  }

  @sideEffect({ idempotencyKey: (job) => `${job}/data`, reconcile: 'findData' })
  loadData(job: string): Promise<string> {
    return this.#make(job, 'data', job);
  }

  @sideEffect({ idempotencyKey: (job) => `${job}/shard`, reconcile: 'findShard' })
  inferShard(job: string, data: string): Promise<string> {
    return this.#make(job, 'shard', data);
  }

  @sideEffect({ idempotencyKey: (job) => `${job}/metrics`, reconcile: 'findMetrics' })
  writeMetrics(job: string, shard: string): Promise<string> {
    return this.#make(job, 'metrics', shard);
  }

  @sideEffect({ idempotencyKey: (job) => `${job}/artifact`, reconcile: 'findArtifact' })
  uploadArtifact(job: string, metrics: string): Promise<string> {
    return this.#make(job, 'artifact', metrics);
  }

  findData(job: string): Promise<string | undefined> {
    return this.#sink.find(`${job}/data`);
  }

  findShard(job: string): Promise<string | undefined> {
    return this.#sink.find(`${job}/shard`);
  }

  findMetrics(job: string): Promise<string | undefined> {
    return this.#sink.find(`${job}/metrics`);
  }

  findArtifact(job: string): Promise<string | undefined> {
    return this.#sink.find(`${job}/artifact`);
  }

  async #make(job: string, name: string, from: string): Promise<string> {
    const content = createHash('sha256').update(`${name}:${from}`).digest('hex').slice(0, 16);
    await this.#sink.put(`${job}/${name}`, content, { key: effectKey() });
    return content;
  }
}
