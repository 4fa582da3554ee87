import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import type { ArmId } from '../arm.js';
import type { Protocol } from '../protocol.js';
import type { LossSchedule } from '../schedule/loss-schedule.js';
import type { Micros } from '../time.js';
import type { KillPoint } from './machine-messages.js';

/** Code that a process of a batch is started with. */
export interface ProcessCode {
  readonly file: string;
  /** Options of Node that the file needs. */
  readonly execArgv: readonly string[];
}

/** Something that happens to a machine not at a time, but where it is in its work. */
export interface Occasion {
  /** Counts the machines of a batch, from 0, in the order of their acquisition. */
  readonly lease: number;
  readonly point: KillPoint;
  /** When the machine comes by there for the so manieth time. */
  readonly nth: number;
  readonly kind: 'destroy' | 'pause';
  /** Of a pause. */
  readonly lasts: Micros;
}

/** One batch on real processes: written into its folder, where its controller and its machines read it. */
export interface BatchSpec {
  readonly arm: ArmId;
  readonly seed: number;
  readonly protocol: Protocol;
  readonly schedule: LossSchedule;
  /** Machines that are destroyed by the schedule die where a stage is at its most delicate, one such place after the other. */
  readonly namedPoints: boolean;
  /** Beside what the schedule brings. */
  readonly occasions?: readonly Occasion[] | undefined;
  /** For so long no machine can write to the file of the engine. */
  readonly diskFull?: { readonly from: Micros; readonly lasts: Micros } | undefined;
  readonly picture: boolean;
  /** Machines are ended by a process beside their controller if that dies. Only a test does without. */
  readonly reaper: boolean;
  readonly machine: ProcessCode;
  /** Durable machines are workers of this Restate server; without, they share a file. */
  readonly server?: BatchServer | undefined;
}

/** A Restate server, and the place that a batch has on it. A token for it is in DURABLEFLOW_RESTATE_TOKEN, never in a file. */
export interface BatchServer {
  readonly ingress: string;
  readonly admin: string;
  /** In the names of its services and runs, so that no two batches meet. */
  readonly suffix: string;
}

/** What goes with every request to the server. */
export const serverHeaders = (): Readonly<Record<string, string>> => {
  const token = process.env['DURABLEFLOW_RESTATE_TOKEN'];
  return token ? { authorization: `Bearer ${token}` } : {};
};

/** The files of a batch. */
export const batchFiles = (folder: string) => ({
  spec: join(folder, 'batch.json'),
  engine: join(folder, 'engine.db'),
  /** What the world outside has received. */
  sink: join(folder, 'sink.jsonl'),
  /** On a Restate server: under which addresses that finds the machines, job by job. */
  fronts: join(folder, 'fronts.json'),
  log: join(folder, 'controller.jsonl'),
  outcome: join(folder, 'outcome.json'),
});

export const readSpec = (folder: string): BatchSpec => JSON.parse(readFileSync(batchFiles(folder).spec, 'utf8')) as BatchSpec;
