/** Sends many requests at once that race for one budget, and prints how many had an answer: `race-process.ts FILE URL REQUESTS LIMIT_USD`. */
import type { DurableFlowError } from '../../../sdk/index.js';
import { Planner } from '../../../sdk/planner/index.js';
import { hello, stubTarget } from './stub-targets.js';

const [file = '', url = '', requests = '0', limitUsd = '0'] = process.argv.slice(2);
const planner = await Planner.open({
  file,
  targets: [stubTarget('small', { url })],
  budgets: [{ id: 'team', limitUsd: Number(limitUsd), period: 'total' }],
});
// Both are there before either of them begins.
process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
/** Patient enough for the other process to settle what it has under way. */
const send = async (tries = 30): Promise<unknown> => {
  try {
    return await planner.complete(hello, { budgetId: 'team' });
  } catch (error) {
    if (tries === 1) throw error;
    await new Promise((resolve) => setTimeout(resolve, 10));
    return send(tries - 1);
  }
};
const ended = await Promise.allSettled(Array.from({ length: Number(requests) }, () => send()));
const refused = ended.filter((it) => it.status === 'rejected').map(({ reason }) => (reason as DurableFlowError).code);
await planner.close();
process.stdin.destroy();
process.stdout.write(`${JSON.stringify({ answered: ended.length - refused.length, refused: [...new Set(refused)] })}\n`);
