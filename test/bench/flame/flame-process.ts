import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { Steps } from '../steps-workflow.js';

const [folder, runs] = [process.argv[2]!, Number(process.argv[3])];
const durability = process.argv[4] as 'power-loss' | 'process-crash';

const flow = await DurableFlow.open(join(folder, `${durability}.db`), { durability });
flow.register(Steps, () => new Steps());
const all = async (count: number) => {
  for (let i = 0; i < count; i++) await (await flow.start(Steps, 10)).result();
};
// What is compiled once is not where the time goes.
await all(Math.ceil(runs / 10));
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.setSamplingInterval', { interval: 200 });
await session.post('Profiler.start');
await all(runs);
const { profile } = await session.post('Profiler.stop');
session.disconnect();
await flow.close();
writeFileSync(join(folder, `${durability}.cpuprofile`), JSON.stringify(profile));
