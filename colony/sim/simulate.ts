import { SqliteStore } from '../../sdk/sqlite/index.js';
import type { Store } from '../../sdk/store/index.js';
import type { Arm } from '../arm.js';
import type { ColonyJob } from '../job/colony-job.js';
import type { ArmRun } from '../measures/arm-run.js';
import type { Protocol } from '../protocol.js';
import { Runner } from '../runner/runner.js';
import type { LossSchedule } from '../schedule/loss-schedule.js';
import { EventLoop } from './event-loop.js';
import { checkInvariants } from '../invariants/check-invariants.js';
import { RerunWatch } from '../invariants/rerun-watch.js';
import { MemorySink } from './memory-sink.js';
import { SimFleet } from './sim-fleet.js';
import { SimMachine } from './sim-machine.js';

export interface Simulation {
  readonly job: ColonyJob;
  readonly protocol: Protocol;
  readonly arm: Arm;
  readonly schedule: LossSchedule;
  readonly seed: number;
  /** Keep what every machine did when. */
  readonly picture?: boolean;
  /** The store to put in the place of the usual one: for tests that break a promise on purpose. */
  readonly wrapStore?: (store: Store) => Store;
  /** Told of every stage that begins, again or not. */
  readonly onStage?: (method: string) => void;
}

/** Runs one batch in simulated time: the losses and the durations are simulated, the job's class and the engine are the real ones. */
export async function simulate({
  job,
  protocol,
  arm,
  schedule,
  seed,
  picture = false,
  wrapStore = (store) => store,
  onStage = () => {},
}: Simulation): Promise<ArmRun> {
  const loop = new EventLoop();
  const sink = new MemorySink();
  const file = arm.durable ? new SqliteStore(':memory:') : undefined;
  const store = file && wrapStore(file);
  const reruns = new RerunWatch();
  const fleet = new SimFleet({
    loop,
    delays: protocol.delays,
    store,
    makeMachine: (listener) =>
      new SimMachine({
        ...{ loop, job, workload: protocol.workload, delays: protocol.delays, sink, store, listener, onStage },
        onAppend: (runId, call) => reruns.recorded(runId, call),
        telemetry: (event) => reruns.hear(event),
      }),
  });
  const runner = new Runner({ protocol, arm, fleet, timer: loop, picture, onEnd: () => loop.stop() });
  // Machines that are bought on demand are not taken away.
  if (arm.market === 'spot') for (const event of schedule.events) loop.after(event.at, () => fleet.strike(event));
  runner.start();
  await loop.run();
  await file?.close();
  const effects = sink.count();
  return {
    arm: arm.id,
    seed,
    scheduleHash: schedule.hash,
    jobs: runner.results,
    landed: { ...fleet.landed },
    billed: { ...runner.batch.billed },
    leased: runner.batch.leased,
    costUsd: runner.costUsd,
    span: runner.span,
    recoveries: runner.recoveries,
    effects,
    interventions: runner.interventions,
    violations: [
      ...runner.violations,
      ...checkInvariants({ arm, protocol, runner, effects, reruns: reruns.found, unreleased: fleet.alive.size }),
    ],
    ...(picture && { leases: runner.leases }),
  };
}
