import { DurableFlow } from 'durableflow';
import { stepText } from '../step-value.js';
import { HalfDone } from './half-done.js';

const now = () => performance.timeOrigin + performance.now();

const imported = now();
const flow = await DurableFlow.open(process.argv[2]!);
flow.register(HalfDone, () => new HalfDone(async () => stepText));
const [run] = flow.runs();
await flow.run(run!.id).result();
const ended = now();
process.send!({ imported, ended });
await flow.close();
process.disconnect();
