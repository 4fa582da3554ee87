import { replayHistory, type History, type JournalRecord } from 'durableflow';
import { decode, ErrorRegistry } from '../../sdk/journal/index.js';
import { isEnded } from '../../sdk/store/index.js';
import { rootId, type Remains } from './execution-of-program.js';
import { OutsideWorld } from './outside-world.js';
import { RandomWorkflow, type Seen } from './random-workflow.js';

const errors = new ErrorRegistry();

/** What no program, no crash and no order of settlements may lead to; empty if everything is as promised. */
export const brokenPromises = async (remains: Remains, races: boolean): Promise<string[]> => [
  ...(await brokenRecords(remains)),
  ...effectsGoneWrong(remains, races),
];

/** What is promised of records, and of those who execute by them. */
export async function brokenRecords(remains: Pick<Remains, 'runs' | 'crashes' | 'world'>): Promise<string[]> {
  const replays = await Promise.all(remains.runs.map(replayed));
  return [...rewritten(remains), ...executedAgain(remains), ...undoneWrongly(remains), ...replays.flat()];
}

/** A journal is only ever appended to. */
function rewritten({ crashes, runs }: Pick<Remains, 'crashes' | 'runs'>): string[] {
  return crashes.flatMap(({ process, journals }) =>
    [...journals].flatMap(([id, journal]) => {
      const now = runs.find(({ run }) => run.id === id)?.journal.slice(0, journal.length);
      return JSON.stringify(now) === JSON.stringify(journal)
        ? []
        : [`the journal of ${id} at the death of process ${process} was rewritten`];
    }),
  );
}

/** What is on record is never executed by a later process. */
function executedAgain({ crashes, world }: Pick<Remains, 'crashes' | 'world'>): string[] {
  return crashes.flatMap(({ process, journals }) => {
    const recorded = new Set([...journals.values()].flat().map(bodyOf));
    const again = world.executed.filter((it) => it.process > process && recorded.has(it.what));
    return again.map(({ what }) => `${what} was on record when process ${process} died and was executed again`);
  });
}

/** The body whose outcome this is: the first word of what it returned or threw. */
export function bodyOf({ outcome, value }: JournalRecord): string | undefined {
  const result = outcome === 'returned' ? decode(value) : errors.decode(value);
  const text = result instanceof Error ? result.message : result;
  return typeof text === 'string' ? text.split(' ')[0] : undefined;
}

function effectsGoneWrong({ world, runs }: Remains, races: boolean): string[] {
  const twice = [...world.happened].filter(([, times]) => times > 1).map(([key, times]) => `${key} happened ${times} times`);
  const effects = runs.flatMap(({ effects }) => effects);
  const wrong = effects.filter(({ key, state }) => {
    // A race that is over does not wait for what its losers are in doubt about.
    if (state === 'intended') return !races;
    return world.happened.has(key) !== (state === 'done' || state === 'confirmed');
  });
  const untracked = [...world.happened.keys()].filter((key) => !effects.some((effect) => effect.key === key));
  return [
    ...twice,
    ...wrong.map(({ key, state }) => `${key} is ${state}, and it happened ${world.happened.get(key) ?? 0} times`),
    ...untracked.map((key) => `${key} happened without an intent`),
  ];
}

/** All that was done is undone, the last first, if the run did not come to a good end; else nothing is. */
function undoneWrongly({ runs }: Pick<Remains, 'runs'>): string[] {
  return runs.flatMap(({ run, journal }) => {
    const returned = journal.filter(({ outcome }) => outcome === 'returned');
    const done = returned.filter(({ name }) => name === 'reserve').map(({ value }) => String(decode(value)));
    const undone = returned.filter(({ name }) => name === 'undo:release').map(({ value }) => String(decode(value)).slice(1));
    const expected = run.status === 'completed' ? [] : done.toReversed();
    return String(undone) === String(expected) ? [] : [`${run.id}, ${run.status}, has done ${String(done)} and undone ${String(undone)}`];
  });
}

/** The final journal gives the same end, and nothing is executed for it. */
async function replayed(history: History): Promise<string[]> {
  const { run, journal } = history;
  const world = new OutsideWorld([0]);
  const again = await replayHistory(RandomWorkflow, () => new RandomWorkflow(world, 0), history);
  const found = world.executed.map(({ what }) => `${what} was executed by a replay`);
  if (again.divergence) found.push(`the replay of ${run.id} diverged: ${JSON.stringify(again.divergence)}`);
  const wasCutOff = run.status === 'cancelled' && !journal.some(({ name }) => name === 'stopped');
  if (again.status !== run.status && !(wasCutOff && again.status === 'open'))
    found.push(`${run.id} is ${run.status}, its replay ${again.status}`);
  if (run.status === 'completed' && JSON.stringify(again.output) !== JSON.stringify(decode(run.outcome!)))
    found.push(`${run.id} returned ${run.outcome}, its replay ${JSON.stringify(again.output)}`);
  if (
    isEnded(again.status as typeof run.status) &&
    run.status !== 'completed' &&
    String(again.error) !== String(errors.decode(run.outcome!))
  )
    found.push(`${run.id} threw ${String(errors.decode(run.outcome!))}, its replay ${String(again.error)}`);
  return found;
}

/** What an observer sees of an execution, but for notes. The order of undoing counts if only one thing was done at a time. */
export function outcomeOf({ runs, world }: Remains, isParallel: boolean) {
  const { run } = runs.find((it) => it.run.id === rootId)!;
  // A step that undoes is executed at least once, as any other.
  const undone = [...new Set(world.undone)];
  return {
    status: run.status,
    value: run.status === 'completed' ? (decode(run.outcome!) as Seen).value : undefined,
    error: run.status === 'completed' ? undefined : String(errors.decode(run.outcome!)),
    effects: Object.fromEntries([...world.happened].sort(([a], [b]) => a.localeCompare(b))),
    undone: isParallel ? undone.sort() : undone,
  };
}
