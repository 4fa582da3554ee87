import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { load, type Attempt, type Claim } from '../kit/claim.js';
import { killedErrand, sayEnding } from '../kit/killed-errand.js';
import { Outside, type Death } from '../kit/outside.js';
import type { Payout, Transfer } from './solution.js';
import { world } from './world.js';

const input = { payout: 'p-1', person: 'ann', cents: 900 };
const output = 'ann got 900';

/** What the bank is told if all goes well. */
async function undisturbed(attempt: Attempt): Promise<{ line: string; sent: Transfer; keys: readonly string[] }> {
  const { Payout: Learned } = await load<{ Payout: typeof Payout }>(attempt);
  const outside = new Outside(join(attempt.folder, 'undisturbed.log'));
  await using flow = await DurableFlow.open(':memory:');
  flow.register(Learned, () => new Learned(world(outside)));
  const run = await flow.start(Learned, input);
  await run.result();
  const [line] = outside.done;
  if (line === undefined) throw new Error('the bank was told of no transfer');
  return { line, sent: JSON.parse(line) as Transfer, keys: flow.show(run.id).effects.map(({ key }) => key) };
}

async function killed(attempt: Attempt, when: Death['when']): Promise<string | undefined> {
  const { line } = await undisturbed(attempt);
  const after = await killedErrand(attempt, {
    className: 'Payout',
    world: join(import.meta.dirname, 'world.ts'),
    input,
    death: { when, line },
  });
  if (typeof after === 'string') return after;
  const { ending, outside } = after;
  const moved = outside.done.length;
  if (ending.status === 'in_doubt') return 'The run is in doubt: an operator has to look whether Ann has got her money.';
  if (moved !== 1) return `Ann was sent her money ${moved === 0 ? 'not at all, and the run takes it for sent' : `${moved} times`}.`;
  if (ending.status !== 'completed') return `After the kill ${sayEnding(ending)}.`;
  return ending.output === output
    ? undefined
    : `The run returned ${JSON.stringify(ending.output)}, not what transfer() would have: "${output}".`;
}

export const claims: readonly Claim[] = [
  {
    holds: 'the reference tells one payout from another',
    hint: 'reference: payout, the first argument of transfer().',
    async test(attempt) {
      const { sent } = await undisturbed(attempt);
      return sent.reference.includes('p-1') ? undefined : `The reference of payout p-1 is "${sent.reference}".`;
    },
  },
  {
    holds: 'killed after the transfer, the run finds it on the statement, and pays no second time',
    hint: "reconcile: 'findTransfer' in the options of @sideEffect, and look at every page: the newest transfers are on the last one.",
    test: (attempt) => killed(attempt, 'after'),
  },
  {
    holds: 'killed before the transfer, it finds that there is none, and pays',
    hint: 'Return undefined if no transfer has this reference. The person and the amount may be those of an older one.',
    test: (attempt) => killed(attempt, 'before'),
  },
];
