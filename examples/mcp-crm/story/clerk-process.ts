// A process of the story: takes the request up, and tells on stdout what it does, in telemetry JSON lines.
import { DurableFlow, jsonLines } from 'durableflow';
import { CrmClerk } from '../agent/crm-clerk.js';
import { crmClient } from '../agent/crm-client.js';
import { doubleInvoice } from '../agent/request.js';
import { scriptedClerk } from '../agent/scripted-clerk.js';

const [db, url] = process.argv.slice(2) as [string, string];
const crm = crmClient({ url });
const flow = await DurableFlow.open(db, { telemetry: jsonLines(process.stdout) });
flow.register(CrmClerk, () => new CrmClerk({ models: scriptedClerk(), crm }));
const run = await flow.start(CrmClerk, doubleInvoice, { id: doubleInvoice.id });
await run.settled();
await flow.close();
await crm.close();
