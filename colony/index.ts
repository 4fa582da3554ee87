/**
 * Colony: batches of jobs on machines that are lost, durably and from scratch under the same losses.
 *
 * @module durableflow/colony
 */
export { arms, fairPairs, type Arm, type ArmId } from './arm.js';
export { benchmark, reportOf, type BenchmarkOptions } from './benchmark.js';
export { colonySuite, type ColonyOptions, type StageTime } from './colony-suite.js';
export type { ArtifactSink } from './job/artifact-sink.js';
export { pipelineJob, pipelineWorkload, type ColonyJob, type MachineKit } from './job/colony-job.js';
export { PipelineJob, type PipelineInput } from './job/pipeline-job.js';
export { VastClient, type OfferQuery, type RentOptions, type VastOptions } from './live/vast-client.js';
export type { Rental } from './live/rental.js';
export type { VastInstance, VastOffer } from './live/vast-wire.js';
export type * from './measures/arm-run.js';
export type * from './measures/colony-result.js';
export type { Delays, Prices, Protocol, ProtocolOptions } from './protocol.js';
export { buildColonyView } from './report/build-view.js';
export type * from './report/colony-view.js';
export type { Fact, Tone, VerdictView } from '../readiness-suites/report/readiness-view.js';
export { parseColonyReport } from './report/colony-schema.js';
export type { ColonyReport, SeedCompatRow } from './report/colony-report.js';
export { writeColonyReport } from './report/write-report.js';
export { readAvailabilityTrace, type AvailabilityOptions, type AvailabilityTrace } from './schedule/availability-trace.js';
export { lossSchedule, type LossEvent, type LossKind, type LossSchedule } from './schedule/loss-schedule.js';
export { readNodeTrace, type NodeTrace } from './schedule/node-trace.js';
export { poissonSchedule, type LossRates, type PoissonOptions } from './schedule/poisson-schedule.js';
export { profiles, profileSchedule, type LossProfile, type ProfileName, type ProfileScheduleOptions } from './schedule/profiles.js';
export { traceSchedule, type TraceScheduleOptions } from './schedule/trace-schedule.js';
export { seedCompat, type SeedCompatOptions, type SeedCompatProfile, type SeedCompatResult, type SeedCompatRow as CompatRow } from './seed-compat/seed-compat.js'; // prettier-ignore
export { expectedDurable, expectedScratch, type DurableModel, type LossModel } from './sim/closed-forms.js';
export type { ModuleReference } from './job/job-reference.js';
export { runReal, type RealOptions } from './real/run-real.js';
export type { BatchProgress } from './real/real-batch.js';
export { runSim, type SimOptions, type TraceLosses } from './sim/run-sim.js';
export { micros, seconds, type Micros } from './time.js';
export type { ColonyVerdict } from './verdict/colony-verdict.js';
export { judgeColony } from './verdict/judge-colony.js';
export { thresholdsFor, type Thresholds } from './verdict/thresholds.js';
export { idealSpan, lengthOf, type Stage, type Workload } from './workload.js';
