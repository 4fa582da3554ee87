// Starts a wage and an import, says on stdout when it is in the middle of both, and is killed there.
import { DurableFlow } from 'durableflow';
import { deskFile, registerDesk } from './desk-app.js';
import { ImportCustomers, PayWage } from './desk-classes.js';

const forEver = () => new Promise<never>(() => {});
let under = 0;
const reached = () => {
  if (++under === 2) process.stdout.write('in the middle\n');
};

const flow = await DurableFlow.open(deskFile);
const bank = { transfer: async () => (reached(), forEver()) };
const rows = { page: async (number: number) => (number < 3 ? 100 + number : (reached(), forEver())) };
await registerDesk(flow, bank, rows);
await flow.start(PayWage, { to: 'mira', amountCents: 310_000 }, { id: 'wage:mira' });
await flow.start(ImportCustomers, 6, { id: 'import:autumn' });
// Timers keep the process until it is killed.
setInterval(() => {}, 60_000);
