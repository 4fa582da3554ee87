// Starts payments to the names that it is given, says so when all are under way, and is killed.
import { DurableFlow } from 'durableflow';
import { Payment, register } from './ui-app.js';

const [file = '', ...names] = process.argv.slice(2);
const flow = await DurableFlow.open(file);
register(flow);
for (const name of names) await flow.start(Payment, name, { id: `pay-${name}` });
setInterval(() => {}, 60_000);
setTimeout(() => process.stdout.write('under way\n'), 300);
