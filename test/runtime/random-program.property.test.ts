import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { DurableFlow, DurableFlowError, SqliteStore, step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { decode } from '../../sdk/journal/index.js';
import { deferred, type Deferred } from '../fixtures/deferred.js';
import { stoppedAfter } from '../fixtures/stopped-after.js';
import { keptOpen, wrappedStore } from '../fixtures/wrapped-store.js';

/** A random workflow: steps in sequence and in parallel, some of which fail. */
type Program =
  | { readonly kind: 'step'; readonly name: string; readonly fails: boolean }
  | { readonly kind: 'sequence' | 'all' | 'race' | 'any' | 'allSettled'; readonly parts: readonly Program[] };

const programs = fc.letrec<{ program: Program; leaf: Program }>((tie) => ({
  leaf: fc.record({
    kind: fc.constant('step' as const),
    name: fc.constantFrom('a', 'b', 'c'),
    fails: fc.boolean(),
  }),
  program: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie('leaf'),
    fc.record({
      kind: fc.constantFrom('sequence', 'sequence', 'all', 'race', 'any', 'allSettled'),
      parts: fc.array(tie('program'), { minLength: 1, maxLength: 3 }),
    }),
  ),
})).program;

/** How a body behaves, so that each execution can settle in an order of its own. */
type Body = (name: string) => Promise<void>;

@workflow({ name: 'random-program' })
class RandomProgram {
  /** What the workflow saw, in the order in which it saw it. */
  readonly trace: string[] = [];

  constructor(private readonly body: Body) {}

  async run(program: Program): Promise<unknown> {
    try {
      return { value: await this.execute(program) };
    } catch (error) {
      return { error: String(error) };
    }
  }

  async execute(program: Program): Promise<unknown> {
    if (program.kind === 'step') {
      this.trace.push(`ask ${program.name}`);
      try {
        const value = await this.work(program.name, program.fails);
        this.trace.push(`got ${value}`);
        return value;
      } catch (error) {
        this.trace.push(`lost ${program.name}`);
        throw error;
      }
    }
    const { kind, parts } = program;
    if (kind === 'sequence') {
      const values: unknown[] = [];
      for (const part of parts) values.push(await this.execute(part));
      return values;
    }
    const promises = parts.map((part) => this.execute(part));
    // The losers of a race go on, and may fail later.
    for (const promise of promises) promise.catch(() => {});
    if (kind === 'all') return Promise.all(promises);
    if (kind === 'race') return Promise.race(promises);
    if (kind === 'any') return Promise.any(promises);
    return (await Promise.allSettled(promises)).map((it) => (it.status === 'fulfilled' ? it.value : String(it.reason)));
  }

  @step({ retry: { maxAttempts: 1 } })
  async work(name: string, fails: boolean) {
    await this.body(name);
    if (fails) throw new Error(`${name} failed`);
    return name;
  }
}

interface Execution {
  readonly outcome: unknown;
  readonly trace: readonly string[];
}

/** One process: executes the run until its end, or until this many more records are on disk. */
async function execute(store: SqliteStore, program: Program, body: Body, records: number): Promise<Execution | undefined> {
  const stopped = stoppedAfter(store, records);
  const flow = await DurableFlow.open(keptOpen(stopped.store));
  let instance!: RandomProgram;
  flow.register(RandomProgram, () => (instance = new RandomProgram(body)));
  const run = await flow.start(RandomProgram, program, { id: 'r' });
  await Promise.race([run.result(), stopped.happened]);
  await flow.close({ grace: 0 });
  const { status, outcome } = store.run('r')!;
  return status === 'completed' ? { outcome: decode(outcome!), trace: [...instance.trace] } : undefined;
}

/** The same class with no engine: its bodies settle one at a time, in the order of the journal. */
async function executeNaked(store: SqliteStore, program: Program): Promise<Execution> {
  const asked: Deferred<void>[] = [];
  const instance = new RandomProgram(() => {
    const body = deferred();
    asked.push(body);
    return body.promise;
  });
  let over = false;
  const result = instance.run(program).finally(() => (over = true));
  for (const { call } of store.journal('r')) {
    await turn();
    // What a race leaves behind is recorded, but the workflow has ended and sees nothing of it.
    if (over) break;
    asked[call]!.resolve();
  }
  return { outcome: await result, trace: [...instance.trace] };
}

const delays = fc.array(fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });
const interruptions = fc.array(fc.nat(4), { maxLength: 4 });

describe('a random program', () => {
  it('ends as it would have without interruptions, whatever the order in which its steps settle', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(programs, delays, interruptions, async (program, delaysOfProcess, recordsOfProcess) => {
        const store = new SqliteStore(':memory:');
        try {
          let execution: Execution | undefined;
          for (let process = 0; !execution; process++) {
            const turnsOf = delaysOfProcess[process % delaysOfProcess.length]!;
            let bodies = 0;
            const body: Body = async () => {
              for (let left = turnsOf[bodies++ % turnsOf.length]!; left > 0; left--) await turn();
            };
            execution = await execute(store, program, body, recordsOfProcess[process] ?? Infinity);
          }
          expect(execution).toEqual(await executeNaked(store, program));
        } finally {
          await store.close();
        }
      }),
      { numRuns: 400 },
    );
  });

  it('is replayed from its whole journal with the same outcome, the same order, and no body', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(programs, delays, async (program, [turnsOf]) => {
        const store = new SqliteStore(':memory:');
        try {
          let bodies = 0;
          const body: Body = async () => {
            for (let left = turnsOf![bodies++ % turnsOf!.length]!; left > 0; left--) await turn();
          };
          const lost = stoppedBeforeItsEnd(store);
          const flow = await DurableFlow.open(keptOpen(lost.store));
          const seen: RandomProgram[] = [];
          flow.register(RandomProgram, () => {
            const instance = new RandomProgram(body);
            seen.push(instance);
            return instance;
          });
          await flow.start(RandomProgram, program, { id: 'r' });
          await lost.happened;
          await flow.close({ grace: 0 });
          const trace = [...seen[0]!.trace];
          const started: string[] = [];
          const replayed = await execute(store, program, async (name) => void started.push(name), Infinity);
          expect(replayed!.trace).toEqual(trace);
          expect(started).toEqual([]);
        } finally {
          await store.close();
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** Every record is kept, but the process dies before the end is. */
function stoppedBeforeItsEnd(store: SqliteStore) {
  const { promise: happened, resolve } = deferred();
  const lossy = wrappedStore(store, {
    finish: () => {
      resolve();
      return Promise.reject(new DurableFlowError('DF_FENCED', 'stopped here by the test'));
    },
  });
  return { store: lossy, happened };
}
