import { armOf, type ArmId } from '../../colony/arm.js';
import { pipelineJob, pipelineWorkload } from '../../colony/job/colony-job.js';
import { protocolOf } from '../../colony/protocol.js';
import { profileOf, profileSchedule } from '../../colony/schedule/profiles.js';
import { EventLoop } from '../../colony/sim/event-loop.js';
import { simulate } from '../../colony/sim/simulate.js';

const rounds = Number(process.argv[2]);
const seedsPerRound = 4;
const bareEvents = 100_000;

const protocol = protocolOf(pipelineWorkload);
const profile = profileOf('hostile');

/** What a round has found. */
export interface ColonyRound {
  readonly durable: Taken;
  /** The same batch without the engine. */
  readonly scratch: Taken;
  /** Microseconds of an event that does nothing. */
  readonly event: number;
}

interface Taken {
  readonly processorMs: number;
  readonly simulatedHours: number;
}

/** One batch an arm and seed; of the processor, so that others at work count little. */
async function batches(arm: ArmId, round: number): Promise<Taken> {
  const before = process.cpuUsage();
  let simulated = 0;
  for (let i = 0; i < seedsPerRound; i++) {
    const seed = round * seedsPerRound + i;
    const schedule = profileSchedule({ profile, workload: pipelineWorkload, slots: protocol.slots, seed, horizon: protocol.horizon });
    const { span, violations } = await simulate({ job: pipelineJob, protocol, arm: armOf(arm), schedule, seed });
    if (violations.length > 0) throw new Error(`${arm}, seed ${seed}: ${JSON.stringify(violations)}`);
    simulated += span;
  }
  return { processorMs: spent(before) / seedsPerRound, simulatedHours: simulated / 3.6e9 / seedsPerRound };
}

/** Microseconds of the processor for an event that does nothing. */
async function bareEvent(): Promise<number> {
  const loop = new EventLoop();
  for (let i = 0; i < bareEvents; i++) loop.after(i, () => {});
  const before = process.cpuUsage();
  await loop.run();
  return (spent(before) * 1000) / bareEvents;
}

function spent(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const found: ColonyRound[] = [];
// The first round is for the compiler.
for (let round = 0; round <= rounds; round++) {
  const [durable, scratch] = [await batches('durable', round), await batches('scratch', round)];
  if (round > 0) found.push({ durable, scratch, event: await bareEvent() });
}
console.log(JSON.stringify(found));
