// Starts runs as the process of the page would: what asks for a decision is compiled by the same compiler, or the page's process would ask again because the code has changed.
import { DurableFlow } from 'durableflow';
import { Desk, Pair, register, type Job } from './ui-app.js';

const [file = '', kind, id = '', text = ''] = process.argv.slice(2);
const flow = await DurableFlow.open(file);
register(flow);
const run = kind === 'pair' ? await flow.start(Pair, text, { id }) : await flow.start(Desk, { text } satisfies Job, { id });
await run.settled();
await flow.close();
