// Records the histories of a release: `npx tsx test/golden/record.ts`. What has been recorded is never recorded again.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { goOn, openOrders } from './order-flow.js';
import { GoldenOrder, GoldenPart, type Course } from './workflows.js';

// Where these classes stand on this machine is nobody's business.
Error.stackTraceLimit = 0;

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
const folder = fileURLToPath(new URL(version, import.meta.url));
if (existsSync(folder)) throw new Error(`${folder} exists: the histories of a release are recorded once`);
mkdirSync(folder);
const file = `${folder}/runs.db`;

const orders = await openOrders(file, new Date('2030-01-01T00:00:00Z'));
const { flow, clock } = orders;
const started = async (id: string, course: Course) => {
  await flow.start(GoldenOrder, course, { id, attributes: { course } });
  await clock.advance(0);
};

/** To its last gate, where it waits for two people. */
async function toTheGate(id: string, course: Course): Promise<void> {
  await started(id, course);
  await clock.advance('1d');
  await flow.signal(id, 'word', 42);
  await flow.signal(id, 'word', 'please');
  await clock.advance('3d');
  await goOn(orders, id);
}

async function record(id: string): Promise<void> {
  await clock.advance(0);
  writeFileSync(`${folder}/${id.replaceAll(' ', '-')}.json`, `${JSON.stringify(flow.exportHistory(id), undefined, 2)}\n`);
}

await toTheGate('completed', 'well');
while (await goOn(orders, 'completed'));
await record('completed');
await record('part of well');

await toTheGate('failed', 'failing');
while (await goOn(orders, 'failed'));
await record('failed');

await toTheGate('rejected', 'rejected');
await flow.reject(flow.approvals({ runId: 'rejected' })[0]!.id, { by: 'bob', reason: 'too dear' });
await record('rejected');

await toTheGate('expired', 'expired');
await clock.advance('11d');
await record('expired');

await toTheGate('cancelled', 'cancelled');
await flow.cancel('cancelled', 'no longer wanted');
await record('cancelled');

await toTheGate('in-doubt', 'in doubt');
await goOn(orders, 'in-doubt');
await goOn(orders, 'in-doubt');
await record('in-doubt');

await flow.start(GoldenPart, 4n, { id: 'sleeping' });
await record('sleeping');

await started('waiting-for-signal', 'well');
await clock.advance('1d');
await flow.signal('waiting-for-signal', 'word', 42);
await record('waiting-for-signal');

await toTheGate('waiting-for-approval', 'failing');
await goOn(orders, 'waiting-for-approval');
await record('waiting-for-approval');

await clock.until(flow.close());
const db = new Database(file);
db.pragma('journal_mode = DELETE');
db.exec('VACUUM');
db.close();
writeFileSync(
  `${folder}/runs.sqlite.gz.b64`,
  gzipSync(readFileSync(file), { level: 9 })
    .toString('base64')
    .replaceAll(/.{1,120}/g, '$&\n'),
);
rmSync(file);
