// `npm run bench:peers`, `-- --only "DurableFlow,raw better-sqlite3"`, `-- --json FILE`, `-- --write` for the tables of docs/performance.md, `-- --from FILE` for
// what was measured before; ROUNDS, RUNS and MINUTES in the environment.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { logUpdateStderr } from 'log-update';
import { writeDocument } from '../write-document.js';
import { benchCache } from './install-peer.js';
import { machineFacts } from './machine-facts.js';
import { peerList } from './peer-list.js';
import { documentWithPeers } from './peers-document.js';
import type { PeersReport } from './peers-report.js';
import { printPeers } from './peers-table.js';
import { runPeers } from './run-peers.js';

const { values } = parseArgs({
  options: { json: { type: 'string' }, from: { type: 'string' }, only: { type: 'string' }, write: { type: 'boolean', default: false } },
});
const only = values.only?.split(',').map((name) => name.trim());
const unknown = only?.find((name) => !peerList.some((entry) => entry.name === name));
if (unknown !== undefined) throw new Error(`there is no "${unknown}"; there are ${peerList.map(({ name }) => name).join(', ')}`);

async function measure(): Promise<PeersReport> {
  const job = { runs: Number(process.env['RUNS'] ?? 300), steps: 10, concurrency: 32, longSteps: 1000, seconds: 15, warmUpSeconds: 3 };
  const machine = machineFacts();
  console.log(`engines are installed in ${benchCache}`);
  const rows = await runPeers({
    entries: peerList.filter(({ name }) => !only || only.includes(name)),
    rounds: Number(process.env['ROUNDS'] ?? 5),
    job,
    minutes: Number(process.env['MINUTES'] ?? 12),
    progress: (text) => (process.stderr.isTTY ? logUpdateStderr(text) : console.error(text)),
  });
  return { measuredAt: new Date().toISOString(), machine, job, rows };
}

const report = values.from === undefined ? await measure() : (JSON.parse(readFileSync(values.from, 'utf8')) as PeersReport);
printPeers(report);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
if (values.write) await writeDocument('docs/performance.md', documentWithPeers(report));
