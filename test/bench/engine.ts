import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DurableFlow, step, workflow } from 'durableflow';

// One number matters here: the engine's rate over that of the raw floor, one better-sqlite3 transaction a step at the
// same durability, measured in the same rounds on the same disk. Absolute figures differ from machine to machine.

const payload = 'x'.repeat(200);
const stepsPerRun = 10;

@workflow({ name: 'bench' })
class Bench {
  async run(steps: number): Promise<number> {
    let length = 0;
    for (let i = 0; i < steps; i++) length += (await this.work(i)).text.length;
    return length;
  }

  @step()
  async work(i: number) {
    return { i, text: payload };
  }
}

type Durability = 'power-loss' | 'process-crash';

interface Rates {
  readonly floor: number;
  readonly one: number;
  readonly concurrent: number;
}

async function round(durability: Durability, runs: number): Promise<Rates> {
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-bench-'));
  try {
    const floor = rawFloor(join(folder, 'floor.db'), durability, runs * stepsPerRun);
    const flow = await DurableFlow.open(join(folder, 'flow.db'), { durability });
    flow.register(Bench, () => new Bench());
    await Promise.all(Array.from({ length: 8 }, async () => (await flow.start(Bench, 2)).result()));
    const one = await rate(runs, async () => {
      for (let i = 0; i < runs; i++) await (await flow.start(Bench, stepsPerRun)).result();
    });
    const concurrent = await rate(runs, async () => {
      let left = runs;
      const lane = async () => {
        while (left-- > 0) await (await flow.start(Bench, stepsPerRun)).result();
      };
      await Promise.all(Array.from({ length: 32 }, lane));
    });
    await flow.close();
    return { floor, one, concurrent };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Steps a second. */
async function rate(runs: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (runs * stepsPerRun) / ((performance.now() - start) / 1000);
}

function rawFloor(file: string, durability: Durability, steps: number): number {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${durability === 'power-loss' ? 'FULL' : 'NORMAL'}`);
  db.exec('CREATE TABLE steps (run INTEGER, seq INTEGER, value TEXT, PRIMARY KEY (run, seq)) WITHOUT ROWID');
  const insert = db.prepare('INSERT INTO steps VALUES (?, ?, ?)');
  const start = performance.now();
  for (let i = 0; i < steps; i++) insert.run(Math.floor(i / stepsPerRun), i % stepsPerRun, JSON.stringify({ i, text: payload }));
  const seconds = (performance.now() - start) / 1000;
  db.close();
  return steps / seconds;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const whole = (n: number) => Math.round(n).toLocaleString('en');

const rounds = Number(process.env['ROUNDS'] ?? 5);
for (const [durability, runs] of [
  ['power-loss', 200],
  ['process-crash', 400],
] as const) {
  const results: Rates[] = [];
  for (let i = 0; i < rounds; i++) results.push(await round(durability, runs));
  const pick = (of: (rates: Rates) => number) => median(results.map(of));
  console.log(
    `\n${durability} (synchronous=${durability === 'power-loss' ? 'FULL' : 'NORMAL'}), ${stepsPerRun}-step runs, 200 bytes a step, median of ${rounds} rounds`,
  );
  console.table({
    'raw floor': { 'steps/s': whole(pick((r) => r.floor)), 'of the floor': '1.00' },
    'one run after another': { 'steps/s': whole(pick((r) => r.one)), 'of the floor': pick((r) => r.one / r.floor).toFixed(2) },
    '32 at a time': { 'steps/s': whole(pick((r) => r.concurrent)), 'of the floor': pick((r) => r.concurrent / r.floor).toFixed(2) },
  });
}
