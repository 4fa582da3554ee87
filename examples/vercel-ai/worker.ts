// A process of the story: works at the desk, and tells on stdout what it does, in telemetry JSON lines.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { DurableFlow, jsonLines } from 'durableflow';
import { ShopClient } from '../shop/shop-client.js';
import { turn, type Stage } from '../shop/stage.js';
import { ticket } from '../shop/ticket.js';
import { RefundDesk } from './refund-desk.js';

const { db, url } = JSON.parse(process.argv[2]!) as Stage;
const model = createOpenAICompatible({ name: 'loopback', baseURL: `${url}/v1` })('scripted-support');
await turn();
const flow = await DurableFlow.open(db, { telemetry: jsonLines(process.stdout) });
flow.register(RefundDesk, () => new RefundDesk({ model, shop: new ShopClient(url) }));
const run = await flow.start(RefundDesk, ticket, { id: ticket.id });
await run.settled();
await flow.close();
