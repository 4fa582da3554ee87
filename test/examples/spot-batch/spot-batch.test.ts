import { describe, expect, it } from 'vitest';
import { runSim, type ColonyJob } from 'durableflow/colony';
import { loadEmbedder } from '../../../examples/spot-batch/embedder.js';
import { passagesOf } from '../../../examples/spot-batch/passages.js';
import { spotBatchJob } from '../../../examples/spot-batch/spot-batch-job.js';
import { shardCount, SpotBatch, type Artifact } from '../../../examples/spot-batch/spot-batch.js';
import { MemorySink } from '../../../colony/sim/memory-sink.js';

describe('a batch of embeddings', () => {
  it('publishes an index in which a passage is found by its words', async () => {
    const [sink, embedder] = [new MemorySink(), await loadEmbedder()];
    await new SpotBatch({ sink, embedder }).run({ batch: 'job-1', page: 'determinism.md' });
    const published = JSON.parse((await sink.find('job-1/published'))!) as Artifact;
    const index = JSON.parse((await sink.find(published.name))!) as { text: string; vector: number[] }[];
    const passages = passagesOf('determinism.md');
    expect(index.map(({ text }) => text)).toEqual(passages);
    const asked = embedder.embed(passages[3]!);
    const likeness = ({ vector }: { vector: number[] }) => vector.reduce((sum, value, place) => sum + value * asked[place]!, 0);
    expect(index.toSorted((a, b) => likeness(b) - likeness(a))[0]!.text).toBe(passages[3]);
  });

  it('is delivered once on machines that are lost, and again and again from scratch', async () => {
    const { arms } = await runSim({
      job: spotBatchJob as unknown as ColonyJob,
      workload: {
        jobs: 6,
        prepareSeconds: 60,
        stages: [
          { method: 'planShards', seconds: 30 },
          { method: 'embedShard', seconds: 240, calls: shardCount },
          { method: 'writeIndex', seconds: 150 },
          { method: 'publish', seconds: 60 },
        ],
      },
      losses: 'hostile',
      seeds: [1],
      arms: ['scratch', 'durable'],
    });
    const [scratch, durable] = arms;
    expect(scratch!.effects.duplicates).toBeGreaterThan(0);
    expect(durable!.kills).toBeGreaterThan(3);
    expect(durable!).toMatchObject({
      effects: { keys: 6 * (shardCount + 2), duplicates: 0 },
      violations: { count: 0 },
      completed: { value: 1 },
    });
  });
});
