// Starts a run that hangs in its third step, for a test that kills this process.
import { DurableFlow } from 'durableflow';
import { Counter, register } from './support-app.js';

const [db, file] = process.argv.slice(2) as [string, string];
const flow = await DurableFlow.open(db);
register(flow);
await flow.start(Counter, { to: 4, file, hangsAt: 3 }, { id: 'killed' });
