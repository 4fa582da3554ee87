import { DurableFlow, SqliteStore, VirtualClock, type History, type JournalRecord, type RunRecord, type Store } from 'durableflow';
import { isEnded } from '../../sdk/store/index.js';
import { keptOpen } from '../fixtures/wrapped-store.js';
import { crashing } from './crashing-store.js';
import { OutsideWorld } from './outside-world.js';
import { act, ifEnded } from './people.js';
import type { Program } from './program.js';
import { RandomWorkflow } from './random-workflow.js';

/** How a program is to be executed. */
export interface Conditions {
  /** How many turns of the event loop each body takes, over and over. */
  readonly delays: readonly number[];
  /** After how many writes each process dies; those after the last of them live. */
  readonly crashes: readonly number[];
  /** After how many rounds of its driver the run is cancelled. */
  readonly cancelAfter?: number | undefined;
}

/** What is left of the execution of a program. */
export interface Remains {
  readonly runs: readonly History[];
  readonly world: OutsideWorld;
  /** The journals as each crash left them, by run. */
  readonly crashes: readonly { readonly process: number; readonly journals: ReadonlyMap<string, readonly JournalRecord[]> }[];
  /** The writes of the last process. */
  readonly writes: number;
}

/** The run that the program is the input of; its children have longer ids. */
export const rootId = 'root';

/** More rounds than any program can need. */
const maxRounds = 400;

/** Executes a program in one process after another, until none of them dies. */
export async function executeProgram(program: Program, { delays, crashes, cancelAfter }: Conditions): Promise<Remains> {
  const store = new SqliteStore(':memory:');
  const world = new OutsideWorld(delays);
  const clock = new VirtualClock('2030-01-01T00:00:00Z');
  const left: { process: number; journals: Map<string, JournalRecord[]> }[] = [];
  try {
    for (let rounds = 0; ;) {
      const process = world.process;
      const crash = crashing(store, crashes[process] ?? Infinity, () => world.kill());
      const flow = await DurableFlow.open(keptOpen(crash.store), { clock });
      let runs: History[] | undefined;
      flow.register(RandomWorkflow, () => new RandomWorkflow(world, process));
      try {
        await flow.start(RandomWorkflow, program, { id: rootId });
        while (!isOver(store)) {
          await clock.advance(0);
          if (crash.happened()) break;
          if (rounds++ > maxRounds) throw new Error(`the program does not come to its end: ${standing(store)}`);
          if (rounds === cancelAfter) await flow.cancel(rootId).catch(ifEnded);
          if (!(await act(flow, store, world))) await clock.advance('1h');
        }
        if (!crash.happened()) runs = runsOf(store).map(({ id }) => inJson(flow.exportHistory(id)));
      } catch (error) {
        if (!crash.happened()) throw error;
      } finally {
        await clock.until(flow.close({ grace: 0 }));
      }
      if (runs) return { runs, world, crashes: left, writes: crash.writes() };
      left.push({ process, journals: new Map(runsOf(store).map(({ id }) => [id, store.journal(id)])) });
    }
  } finally {
    await store.close();
  }
}

const runsOf = (store: Store): RunRecord[] => store.runs({ limit: 1000 });

const isOver = (store: Store) => runsOf(store).every(({ status }) => isEnded(status)) && store.run(rootId) !== undefined;

const standing = (store: Store) =>
  JSON.stringify(
    runsOf(store).map(({ id, status, wakeAt }) => ({ id, status, wakeAt, waits: store.waits(id), effects: store.effects(id) })),
  );

/** As a JSON file would hold it. */
const inJson = (history: History) => JSON.parse(JSON.stringify(history)) as History;
