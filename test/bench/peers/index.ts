// `npm run bench:peers`, `-- --json FILE`, `-- --only "DurableFlow,raw better-sqlite3"`; ROUNDS and RUNS in the environment.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { logUpdateStderr } from 'log-update';
import { machineFacts } from './machine-facts.js';
import { benchCache } from './install-peer.js';
import { peerList } from './peer-list.js';
import { printPeers } from './peers-table.js';
import { runPeers } from './run-peers.js';

const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } });
const only = values.only?.split(',').map((name) => name.trim());
const unknown = only?.find((name) => !peerList.some((entry) => entry.name === name));
if (unknown !== undefined) throw new Error(`there is no "${unknown}"; there are ${peerList.map(({ name }) => name).join(', ')}`);

const rounds = Number(process.env['ROUNDS'] ?? 5);
const runs = Number(process.env['RUNS'] ?? 300);
const job = { runs, steps: 10, concurrency: 32, longSteps: 1000, seconds: 15 };
const before = machineFacts();
console.log(`engines are installed in ${benchCache}`);
const rows = await runPeers({
  entries: peerList.filter(({ name }) => !only || only.includes(name)),
  rounds,
  job,
  progress: (text) => (process.stderr.isTTY ? logUpdateStderr(text) : console.error(text)),
});
console.log(
  `${rounds} rounds of ${runs} workflows of ${job.steps} steps of 200 bytes; ${before.processors}, Node ${before.node}, ` +
    `a flush of 4 KiB ${before.fsyncMs.toFixed(2)} ms, load before ${before.load.toFixed(1)}`,
);
printPeers(rows);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine: before, job, rounds, rows }, undefined, 2)}\n`);
