import Database from 'better-sqlite3';
import { DurableFlow } from 'durableflow';
import { Desk, register } from './ui-app.js';

/** Fills a file with so many runs, most of them ended: one is made by the engine, and its row is copied in SQLite. */
export async function makeManyRuns(file: string, count: number): Promise<void> {
  const flow = await DurableFlow.open(file);
  register(flow);
  await (await flow.start(Desk, { text: 'the first' }, { id: 'first' })).settled();
  await flow.reject(1, { by: 'ada', reason: 'made only to be copied' });
  await flow.run('first').settled();
  await flow.close();
  const database = new Database(file);
  const columns = (database.pragma('table_info(runs)') as { name: string }[]).map(({ name }) => name);
  const values: Readonly<Record<string, string>> = {
    id: `printf('run-%06d', n)`,
    workflow: `CASE n % 10 WHEN 0 THEN 'desk' ELSE 'import' END`,
    status: `CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'completed' END`,
    outcome: 'NULL',
    created_at: 'created_at + n',
    updated_at: 'updated_at + n',
  };
  const copied = columns.filter((name) => name !== 'row');
  // The outcome of what was rejected is no output, so copies have none; what has failed keeps its error.
  const chosen = copied.map((name) => (name === 'outcome' ? `CASE WHEN n % 100 = 0 THEN outcome END` : (values[name] ?? name)));
  database.exec(`
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})
    INSERT INTO runs (${copied.join(', ')}) SELECT ${chosen.join(', ')} FROM numbers, (SELECT * FROM runs WHERE id = 'first')`);
  database.close();
}
