import { describe } from 'durableflow/vitest';
import { spotBatchJob } from './spot-batch-job.js';
import { shardCount, SpotBatch } from './spot-batch.js';

describe.readiness.colony(SpotBatch, {
  job: spotBatchJob.make,
  input: spotBatchJob.input,
  // Seconds as measured on the machines that are meant: a job of 25 minutes, one of which is for loading the model.
  stages: { planShards: 30, embedShard: { seconds: 240, calls: shardCount }, writeIndex: 150, publish: 60 },
  prepareSeconds: 60,
  profile: 'moderate',
  seeds: 20,
});
