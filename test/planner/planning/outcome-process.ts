import { SqliteStore } from 'durableflow';
import { OutcomeLog } from '../../../sdk/planner/planning/outcome-log.js';

/** Records one outcome a millisecond until it is killed, and says after each batch how many there are. */
const [file] = process.argv.slice(2);
const store = new SqliteStore(file!);
const log = new OutcomeLog(store, { batch: 10, everyMs: 60_000 });
for (let n = 1; ; n++) {
  log.record({ targetId: 'a', model: 'm', taskClass: 'chat', at: Date.now(), passed: true, latencyMs: 1, outputTokens: n });
  if (n % 10 === 0) await log.flush();
  process.stdout.write(`${n}\n`);
  await new Promise((resolve) => setTimeout(resolve, 1));
}
