import { armOf, type ArmId } from '../../colony/arm.js';
import { pipelineJob, pipelineWorkload } from '../../colony/job/colony-job.js';
import { protocolOf } from '../../colony/protocol.js';
import { profileOf, profileSchedule } from '../../colony/schedule/profiles.js';
import { EventLoop } from '../../colony/sim/event-loop.js';
import { simulate } from '../../colony/sim/simulate.js';
import { loadInWords, median, printFigures } from './print-figures.js';

const rounds = Number(process.env['ROUNDS'] ?? 5);
const seedsPerRound = 4;
const bareEvents = 100_000;

const protocol = protocolOf(pipelineWorkload);
const profile = profileOf('hostile');

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

/** `npm run bench -- colony` */
export async function printColony(): Promise<void> {
  const found: { durable: Taken; scratch: Taken; event: number }[] = [];
  // The first round is for the compiler.
  for (let round = 0; round <= rounds; round++) {
    const [durable, scratch] = [await batches('durable', round), await batches('scratch', round)];
    if (round > 0) found.push({ durable, scratch, event: await bareEvent() });
  }
  const of = (pick: (one: (typeof found)[number]) => number) => median(found.map(pick));
  const [durable, scratch] = [of((one) => one.durable.processorMs), of((one) => one.scratch.processorMs)];
  const ofAnHour = of(({ durable: { processorMs, simulatedHours } }) => processorMs / simulatedHours);
  const ofAnHourScratch = of(({ scratch: { processorMs, simulatedHours } }) => processorMs / simulatedHours);
  printFigures(`Colony's simulator, ${profile.name} losses, of the processor; the floor is the same batch without the engine; ${loadInWords()}`, [
    { what: 'a batch of twenty jobs, durable', figure: `${durable.toFixed(1)} ms`, floor: `${scratch.toFixed(1)} ms`, ratio: durable / scratch, aim: '100 ms', reached: durable <= 100 },
    { what: 'an hour of such a batch', figure: `${ofAnHour.toFixed(1)} ms`, floor: `${ofAnHourScratch.toFixed(1)} ms`, ratio: ofAnHour / ofAnHourScratch, aim: '36 ms (100,000 × real time)', reached: ofAnHour <= 36 },
    { what: 'a simulated event that does nothing', figure: `${of(({ event }) => event).toFixed(2)} µs`, aim: '2 µs', reached: of(({ event }) => event) <= 2 },
  ]); // prettier-ignore
}
