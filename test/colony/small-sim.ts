import { armOf, type ArmId } from '../../colony/arm.js';
import { pipelineJob, pipelineWorkload, type ColonyJob } from '../../colony/job/colony-job.js';
import type { ArmRun } from '../../colony/measures/arm-run.js';
import { protocolOf, type Protocol, type ProtocolOptions } from '../../colony/protocol.js';
import { lossSchedule, type LossEvent, type LossSchedule } from '../../colony/schedule/loss-schedule.js';
import { profileSchedule, type LossProfile, type ProfileName } from '../../colony/schedule/profiles.js';
import { simulate, type Simulation } from '../../colony/sim/simulate.js';
import { micros } from '../../colony/time.js';
import type { Workload } from '../../colony/workload.js';

/** The pipeline, with few jobs. */
export const smallWorkload: Workload = { ...pipelineWorkload, jobs: 4 };

/** Losses that know pauses long enough to be taken for the end, and notices. */
export const rough: LossProfile = {
  name: 'rough',
  lossesPerJob: 2,
  pauseShare: 0.6,
  noticeShare: 0.3,
  pauseLengths: 0.15,
  noticeLengths: 0.05,
};

export interface SmallSim extends ProtocolOptions, Partial<Pick<Simulation, 'picture' | 'wrapStore' | 'seed'>> {
  readonly job?: ColonyJob;
  readonly workload?: Workload;
  readonly losses?: ProfileName | LossProfile;
  /** In the place of a profile. */
  readonly events?: readonly LossEvent[];
}

export interface SmallBatch {
  readonly protocol: Protocol;
  readonly schedule: LossSchedule;
  readonly run: ArmRun;
}

/** Simulates one batch of few jobs on two slots. */
export async function smallSim(arm: ArmId, options: SmallSim = {}): Promise<SmallBatch> {
  const { job = pipelineJob, workload = smallWorkload, losses = rough, events, seed = 1, ...rest } = options;
  const { picture = false, wrapStore, ...protocolOptions } = rest;
  const protocol = protocolOf(workload, { slots: 2, ...protocolOptions });
  const schedule = events
    ? lossSchedule({ source: 'by hand', slots: protocol.slots, horizon: protocol.horizon, events })
    : profileSchedule({ ...protocol, profile: losses, seed });
  const run = await simulate({ job, protocol, arm: armOf(arm), schedule, seed, picture, ...(wrapStore && { wrapStore }) });
  return { protocol, schedule, run };
}

export const destroy = (seconds: number, slot = 0): LossEvent => ({ at: micros(seconds), slot, kind: 'destroy', lasts: 0 });

export const pause = (seconds: number, lasts: number, slot = 0): LossEvent => ({
  ...{ at: micros(seconds), slot, kind: 'pause' },
  lasts: micros(lasts),
});
