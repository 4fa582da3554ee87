import { mkdirSync, rmSync } from 'node:fs';
import type { ArmId, Workload } from 'durableflow/colony';
import { batchFiles, type ProcessCode } from '../../../colony/real/batch-spec.js';
import { FileSink } from '../../../colony/real/file-sink.js';
import { writeProcessCode } from '../../../colony/real/process-code.js';
import type { BatchOutcome } from '../../../colony/real/real-batch.js';
import { superviseBatch } from '../../../colony/real/supervise-batch.js';
import { protocolOf } from '../../../colony/protocol.js';
import { lossSchedule } from '../../../colony/schedule/loss-schedule.js';
import { shardCount } from '../spot-batch.js';
import { Timeline, type Moment } from './timeline.js';

/** A job of some seconds, so that one can watch. */
export const workload: Workload = {
  jobs: 1,
  prepareSeconds: 0.2,
  stages: [
    { method: 'planShards', seconds: 0.2 },
    { method: 'embedShard', seconds: 0.4, calls: shardCount },
    { method: 'writeIndex', seconds: 0.3 },
    { method: 'publish', seconds: 0.2 },
  ],
};

/** The fourth shard: of the stages that the first machine begins, the one in the middle of which it is killed, from 1. */
export const fatalStage = 5;

const protocol = protocolOf(workload, {
  slots: 1,
  delaySeconds: { detect: 2, provision: 2, restore: 0, checkpoint: 0 },
  horizonFactor: 20,
});
const watchMs = 5;

/** What the processes of the story execute. Written once, for both ways to run the job. */
export async function prepareStage(folder: string): Promise<Record<'machine' | 'controller', ProcessCode>> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return writeProcessCode(folder, {
    job: { module: new URL('../spot-batch-job.ts', import.meta.url).href, export: 'spotBatchJob' },
  });
}

export interface LossStory {
  readonly outcome: BatchOutcome;
  readonly stagesBegun: number;
  /** Deliveries to the sink, by name. */
  readonly deliveries: ReadonlyMap<string, number>;
}

/** Runs the job once on a machine that is killed, and on the one that comes after it; tells what happens as it does. */
export async function runWithOneLoss(
  folder: string,
  arm: Extract<ArmId, 'scratch' | 'durable'>,
  { machine, controller }: Record<'machine' | 'controller', ProcessCode>,
  tell: (moment: Moment) => void,
): Promise<LossStory> {
  const timeline = new Timeline(batchFiles(folder));
  const look = () => timeline.news().forEach(tell);
  const watch = setInterval(look, watchMs);
  try {
    const outcome = await superviseBatch({
      folder,
      controller,
      spec: {
        ...{ arm, seed: 1, protocol, machine, namedPoints: false, picture: false, reaper: true },
        schedule: lossSchedule({ source: 'one loss', slots: 1, horizon: protocol.horizon, events: [] }),
        occasions: [{ lease: 0, point: 'mid_stage', nth: fatalStage, kind: 'destroy', lasts: 0 }],
      },
    });
    look();
    const deliveries = new Map<string, number>();
    for (const { name } of new FileSink(batchFiles(folder).sink).deliveries()) deliveries.set(name, (deliveries.get(name) ?? 0) + 1);
    return { outcome, stagesBegun: timeline.stagesBegun, deliveries };
  } finally {
    clearInterval(watch);
  }
}
