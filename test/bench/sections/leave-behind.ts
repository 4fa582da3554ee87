import { DurableFlow } from 'durableflow';
import { HalfDone } from './half-done.js';

// Starts so many runs, and tells when each of them is in its last step, which never ends: then this process is killed.
const [file, runs, steps] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])];
const flow = await DurableFlow.open(file, { maxConcurrentRuns: runs });
let begun = 0;
const hang = () => {
  if (++begun === runs) process.send!('ready');
  return new Promise<never>(() => {});
};
flow.register(HalfDone, () => new HalfDone(hang));
await Promise.all(Array.from({ length: runs }, () => flow.start(HalfDone, steps)));
