import type { History, SpendRecord, Store } from 'durableflow';
import { decode } from '../../sdk/journal/index.js';
import { brokenRecords } from '../engine/broken-promises.js';
import type { Journals } from './simulated-machine.js';
import { limits, type SimulatedProvider } from './simulated-provider.js';
import type { SimulatedWorld } from './simulated-world.js';

/** What is left of a simulation. */
interface Remains {
  readonly runs: readonly History[];
  readonly world: SimulatedWorld;
  readonly crashes: readonly Journals[];
  readonly provider: SimulatedProvider | undefined;
  readonly spend: SpendRecord;
}

/** What is not as promised when everything is over. */
export async function judge(remains: Remains): Promise<string[]> {
  const { runs, world } = remains;
  // Who died is no question here: what is on record must not begin again in any process.
  const crashes = remains.crashes.map((journals) => ({ process: Infinity, journals }));
  return [
    ...(await brokenRecords({ runs, world, crashes })),
    ...effectsGoneWrong(remains),
    ...runs.flatMap(ledgerGoneWrong),
    ...moneyGoneWrong(remains),
  ];
}

/** Runs that wait, although nothing on record says what for. */
export function waitsForNothing(store: Store): string[] {
  return store
    .runs({ limit: 1000 })
    .filter(({ id, status, wakeAt }) => {
      if (status === 'in_doubt') return !store.effects(id).some(({ state }) => state === 'intended');
      return (
        status === 'waiting' &&
        wakeAt === undefined &&
        store.waits(id).length === 0 &&
        store.approvals({ runId: id, open: true }).length === 0
      );
    })
    .map(({ id, status }) => `${id} is ${status} for no reason that is on record`);
}

function effectsGoneWrong({ runs, world }: Remains): string[] {
  const effects = runs.flatMap(({ effects }) => effects);
  const wrong = effects.filter((effect) => world.effects.contradicts(effect, world.happened.has(effect.key)));
  const untracked = [...world.happened.keys()].filter((key) => !effects.some((effect) => effect.key === key));
  return [
    ...wrong.map(({ key, state }) => `${key} is ${state}, and it happened ${world.happened.get(key) ?? 0} times`),
    ...untracked.map((key) => `${key} happened without an intent`),
  ];
}

/** Whoever has an answer of a model has it in the ledger, with what was billed for it. */
function ledgerGoneWrong({ run, journal, decisions = [] }: History): string[] {
  return journal.flatMap(({ name, call, outcome, value }) => {
    if (name !== 'ask' || outcome !== 'returned') return [];
    const [question, micros] = String(decode(value)).split(' ');
    const asked = decisions.find((decision) => decision.call === call)?.modelCalls ?? [];
    const isThere = asked.some(({ outcome, costUsd }) => outcome === 'answered' && Math.round(costUsd! * 1e6) === Number(micros));
    return isThere ? [] : [`the ledger of ${run.id} does not know of the answer to ${question} for ${micros}`];
  });
}

/** What was billed was set aside, and what is set aside keeps to the budget. */
function moneyGoneWrong({ provider, runs, spend }: Remains): string[] {
  if (!provider) return [];
  const committed = spend.budgets.find(({ kind }) => kind === 'workflow')?.committedMicros ?? 0;
  const billed = [...provider.billed.values()].reduce((sum, it) => sum + it, 0);
  const calls = runs.flatMap(({ decisions = [] }) => decisions.flatMap(({ modelCalls }) => modelCalls));
  const charged = Math.round(calls.reduce((sum, { chargedUsd = 0 }) => sum + chargedUsd, 0) * 1e6);
  const overspent = [...provider.billed].filter(([, micros]) => micros > limits.step);
  const overdrawn = spend.budgets.filter(({ committedMicros, limitMicros }) => committedMicros > limitMicros!);
  return [
    ...(billed > limits.workflow ? [`${billed} were billed under a budget of ${limits.workflow}`] : []),
    ...overspent.map(([question, micros]) => `${micros} were billed for ${question} under a budget of ${limits.step}`),
    ...overdrawn.map(({ kind, key }) => `the budget of ${kind} ${key} is overdrawn`),
    ...(billed > committed ? [`${billed} were billed, and ${committed} are counted`] : []),
    ...(charged > committed ? [`${charged} are charged by the ledgers of the runs, and ${committed} are counted`] : []),
  ];
}
