import { micros, seconds, type Micros } from '../time.js';
import { PythonRandom } from './python-random.js';
import { roundHalfEven } from './round-half-even.js';

/** Losses a second, over all five slots. */
const rates: Readonly<Record<SeedCompatProfile, number>> = { calm: 0.008, moderate: 0.02, hostile: 0.08 };

/** Setup, data load, inference shard, metrics write, artifact upload. */
const stages: readonly Micros[] = [5, 7, 13, 4, 3].map(micros);
const jobs = 20;
const slots = 5;
const usdPerHour = 1.2;

export type SeedCompatProfile = 'calm' | 'moderate' | 'hostile';

export interface SeedCompatOptions {
  readonly profile: SeedCompatProfile;
  readonly seed: number;
  /** How often a naive job that was lost is tried again. Default 1, as in the original. */
  readonly naiveRetries?: number;
}

export interface SeedCompatRow {
  readonly done: number;
  /** Events that met a job; each of them is a recovery of the durable arm. */
  readonly losses: number;
  readonly costUsd: number;
  readonly wallSeconds: number;
}

export interface SeedCompatResult {
  readonly profile: SeedCompatProfile;
  readonly seed: number;
  readonly events: number;
  readonly naive: SeedCompatRow;
  readonly durable: SeedCompatRow;
}

/** Why a figure of this protocol says little about machines that are lost. */
export const seedCompatFlaws: readonly string[] = [
  'The retry budgets differ: naive jobs get one retry, durable ones any number. Over 10,000 hostile seeds naive completes 85.5% of its jobs so, and 100% without limit.',
  'The jobs are short against the rate of losses: with 0.05, 0.13 and 0.51 losses in the 32 s of a job, most jobs never meet one.',
  'One clock serves all slots: jobs run one after another, and losses end with the schedule at 640 s, after which everything completes.',
  'Idle slots are free, and so are detection, new machines and records: the bill is the time of that one clock.',
  'Nothing is really killed: a loss is an entry in a list.',
];

/** An entry of the original's schedule: seconds since the beginning, to four places, and a slot. */
export type SeedCompatEvent = readonly [at: number, slot: number];

/** The original's schedule, by the numbers of Python's `random.Random(seed)`. */
export function seedCompatSchedule(profile: SeedCompatProfile, seed: number): SeedCompatEvent[] {
  const random = new PythonRandom(seed);
  const horizon = 640;
  const events: SeedCompatEvent[] = [];
  for (let time = random.expovariate(rates[profile]); time < horizon; time += random.expovariate(rates[profile])) {
    events.push([roundHalfEven(time, 4), random.randrange(slots)]);
  }
  return events;
}

/**
 * Both arms of the protocol that Colony began with, kept so that its published rows can be checked to the digit. `seedCompatFlaws`
 * says what is wrong with it; the rest of Colony is made otherwise.
 *
 * Job i belongs to slot i mod 5. The jobs run one after another on one clock. An event during a stage of its slot's job loses the
 * work of that stage up to then, and the clock goes on from the event: the durable arm begins that stage anew, the naive one its
 * job, or gives the job up when its retries are spent. Events of other slots, and those that the clock has passed, do nothing.
 */
export function seedCompat({ profile, seed, naiveRetries = 1 }: SeedCompatOptions): SeedCompatResult {
  const events = seedCompatSchedule(profile, seed);
  return {
    profile,
    seed,
    events: events.length,
    naive: runBatch(events, { resumes: false, retries: naiveRetries }),
    durable: runBatch(events, { resumes: true, retries: Infinity }),
  };
}

interface Policy {
  /** A lost job goes on with the stage that was lost, rather than with its first. */
  readonly resumes: boolean;
  readonly retries: number;
}

function runBatch(schedule: readonly SeedCompatEvent[], { resumes, retries }: Policy): SeedCompatRow {
  const events = schedule.map(([at, slot]) => ({ at: micros(at), slot }));
  let clock: Micros = 0;
  let next = 0;
  let done = 0;
  let losses = 0;

  /** Runs a stage, or up to the event that ends it. */
  const survives = (stage: Micros, slot: number): boolean => {
    const end = clock + stage;
    for (; next < events.length && events[next]!.at < end; next++) {
      const event = events[next]!;
      if (event.slot !== slot || event.at < clock) continue;
      clock = event.at;
      next++;
      return false;
    }
    clock = end;
    return true;
  };

  for (let job = 0; job < jobs; job++) {
    let stage = 0;
    let left = retries;
    while (stage < stages.length && left >= 0) {
      if (survives(stages[stage]!, job % slots)) {
        stage++;
        continue;
      }
      losses++;
      left--;
      if (!resumes) stage = 0;
    }
    if (stage === stages.length) done++;
  }
  const wallSeconds = seconds(clock);
  return { done, losses, wallSeconds, costUsd: roundHalfEven((wallSeconds / 3600) * usdPerHour, 8) };
}
