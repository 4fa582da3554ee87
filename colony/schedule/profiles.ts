import { DurableFlowError } from '../../sdk/errors/index.js';
import { hours, seconds, type Micros } from '../time.js';
import { lengthOf, type Workload } from '../workload.js';
import type { LossSchedule } from './loss-schedule.js';
import { poissonSchedule } from './poisson-schedule.js';

/** How rough the machines' world is, measured by the job: the same profile is as hard for a job of a minute as for one of a day. */
export interface LossProfile {
  readonly name: string;
  /** λL: how often a machine is lost while a job of this length runs on it, on average, announced or not. */
  readonly lossesPerJob: number;
  /** Pauses for each loss; they come on top. */
  readonly pauseShare: number;
  /** Of the losses, those that are announced. */
  readonly noticeShare: number;
  /** How long a pause lasts, in lengths of the job. */
  readonly pauseLengths: number;
  /** From a notice to the loss, in lengths of the job. */
  readonly noticeLengths: number;
}

/** Some losses are announced, as clouds do, by a small part of a job; some machines stand still for a good part of one. */
const usual = { pauseShare: 0.1, noticeShare: 0.25, pauseLengths: 0.25, noticeLengths: 0.05 };

export const profiles = {
  calm: { name: 'calm', lossesPerJob: 0.25, ...usual },
  moderate: { name: 'moderate', lossesPerJob: 1, ...usual },
  hostile: { name: 'hostile', lossesPerJob: 2, ...usual },
} as const satisfies Readonly<Record<string, LossProfile>>;

export type ProfileName = keyof typeof profiles;

/** The usual mix at any λL, for curves. */
export const profileAt = (lossesPerJob: number): LossProfile => ({ name: `λL ${lossesPerJob}`, lossesPerJob, ...usual });

/** Throws `DF_INVALID_INPUT` for a name that is none. */
export function profileOf(profile: ProfileName | LossProfile): LossProfile {
  if (typeof profile !== 'string') return profile;
  const found = (profiles as Readonly<Record<string, LossProfile>>)[profile];
  if (found) return found;
  throw new DurableFlowError('DF_INVALID_INPUT', `there is no profile "${profile}"; there are ${Object.keys(profiles).join(', ')}`);
}

export interface ProfileScheduleOptions {
  readonly profile: ProfileName | LossProfile;
  readonly workload: Workload;
  readonly slots: number;
  readonly seed: number;
  readonly horizon: Micros;
}

/** A Poisson schedule with the rates that a profile means for jobs of this length. */
export function profileSchedule({ profile, workload, slots, seed, horizon }: ProfileScheduleOptions): LossSchedule {
  const { name, lossesPerJob, pauseShare, noticeShare, pauseLengths, noticeLengths } = profileOf(profile);
  const length = lengthOf(workload);
  const perHour = lossesPerJob / hours(length);
  const schedule = poissonSchedule({
    seed,
    slots,
    horizon,
    rates: { destroy: perHour * (1 - noticeShare), notice: perHour * noticeShare, pause: perHour * pauseShare },
    pauseSeconds: pauseLengths * seconds(length),
    noticeSeconds: noticeLengths * seconds(length),
  });
  return { ...schedule, source: `${name}, λL ${lossesPerJob} · ${schedule.source}` };
}
