import {
  DurableFlow,
  DurableFlowError,
  SqliteStore,
  VirtualClock,
  type History,
  type JournalRecord,
  type RunRecord,
  type Store,
} from 'durableflow';
import { decode } from '../../sdk/journal/index.js';
import { isEnded } from '../../sdk/store/index.js';
import { keptOpen } from '../fixtures/wrapped-store.js';
import { crashing } from './crashing-store.js';
import { OutsideWorld } from './outside-world.js';
import { everythingIn, type Program } from './program.js';
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

/** Does what the people and programs around the runs do: decides, sends, looks into what is in doubt. False if there is nothing to do. */
async function act(flow: DurableFlow, store: Store, world: OutsideWorld): Promise<boolean> {
  let acted = false;
  for (const run of runsOf(store)) {
    if (isEnded(run.status)) continue;
    const parts = everythingIn(decode(run.input) as Program, { children: false });
    for (const { id: approval, args } of flow.approvals({ runId: run.id })) {
      const id = args[0] as number;
      const { verdict } = parts.find((part) => part.kind === 'gate' && part.id === id) as Extract<Program, { kind: 'gate' }>;
      if (verdict === 'rejected') await flow.reject(approval, { by: 'ann', reason: 'because' }).catch(ifEnded);
      else await flow.approve(approval, { by: 'ann', ...(verdict === 'edited' && { edit: [id, 'edited'] }) }).catch(ifEnded);
      acted = true;
    }
    for (const part of parts) {
      if (part.kind !== 'signal') continue;
      const name = `s${part.id}`;
      const isDue = part.sent === 'before' || store.waits(run.id).some((wait) => wait.name === `signal:${name}`);
      if (isDue && (await flow.signal(run.id, name, `signal ${part.id}`, { dedupeId: name }).catch(ifEnded))) acted = true;
    }
    for (const { call, key, state } of store.run(run.id)!.status === 'in_doubt' ? store.effects(run.id) : []) {
      if (state !== 'intended') continue;
      const happened = world.happened.has(key);
      await flow.resolve(run.id, call, { happened, value: key, by: 'ann' }).catch(ifEnded);
      acted = true;
      break;
    }
  }
  return acted;
}

/** A run that was cancelled may end while somebody decides or sends. */
function ifEnded(error: unknown): false {
  if (error instanceof DurableFlowError && error.code === 'DF_RUN_ENDED') return false;
  throw error;
}
