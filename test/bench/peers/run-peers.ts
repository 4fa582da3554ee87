import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileForBench } from '../compile-for-bench.js';
import { installPeer, type InstalledPeer } from './install-peer.js';
import type { Job, Measured } from './measure-peer.js';
import type { Durability } from './peer.js';
import type { PeerEntry } from './peer-list.js';
import type { PeerTask } from './peer-process.js';
import { startPostgres } from './postgres-server.js';
import { startRestate } from './restate-server.js';

export interface Round extends Measured {
  /** Of the engine's server, at the end. */
  readonly serverMb: number;
  /** Of the machine in the minute before the end; what this bench does itself is in it. */
  readonly load: number;
}

/** What was found of one engine at one durability; rounds of all rows with the same number were beside each other in time. */
export interface PeerRow {
  readonly name: string;
  readonly version: string;
  readonly durability: Durability;
  readonly settings: string;
  readonly node: string;
  readonly rounds: readonly (Round | undefined)[];
  /** Why there are no figures, or not of all rounds. */
  readonly reason?: string;
}

export interface RunPeersOptions {
  readonly entries: readonly PeerEntry[];
  readonly rounds: number;
  readonly job: Job;
  /** No round is begun after so many minutes, since one takes many times as long on a busy machine. */
  readonly minutes?: number;
  readonly progress: (text: string) => void;
}

const folderOfPeers = 'test/bench/peers';
const processTimeoutMs = 240_000;

/** Has each engine do the job once a round, in turn, each time in a new process and an empty folder. */
export async function runPeers({ entries, rounds, job, minutes = Infinity, progress }: RunPeersOptions): Promise<PeerRow[]> {
  const compiled = await compileForBench();
  try {
    const rows: { row: PeerRow & { rounds: (Round | undefined)[]; reason?: string }; entry: PeerEntry; peer: InstalledPeer | undefined }[] =
      [];
    for (const entry of entries) {
      const own = {
        folder: '',
        adapter: compiled.file(`${folderOfPeers}/adapters/${entry.adapter}`),
        version: '',
        execPath: process.execPath,
      };
      let [peer, reason]: [InstalledPeer | undefined, string | undefined] = [own, undefined];
      if (entry.told) {
        progress(`installing ${entry.name}`);
        [peer, reason] = await installPeer(entry).then(
          (it) => [it, undefined] as const,
          (error: Error) => [undefined, error.message] as const,
        );
      }
      const node = peer && peer.execPath !== process.execPath ? entry.needsNode!.version : process.versions.node;
      for (const durability of entry.durabilities) {
        const { name, settings } = entry;
        rows.push({
          entry,
          peer,
          row: { name, version: peer?.version ?? '', durability, settings, node, rounds: [], ...(reason !== undefined && { reason }) },
        });
      }
    }
    const begun = performance.now();
    const gone = () => (performance.now() - begun) / 60_000;
    for (let round = 0; round < rounds && gone() < minutes; round++) {
      // Each second round the other way about, so that nobody always has the same one's dirt before it.
      for (const { row, entry, peer } of round % 2 ? rows.toReversed() : rows) {
        if (!peer) continue;
        progress(`${gone().toFixed(1)} min, round ${round + 1} of ${rounds}: ${row.name}, ${row.durability}`);
        try {
          row.rounds[round] = await oneRound(entry, peer, row.durability, job, compiled.file(`${folderOfPeers}/peer-process.ts`));
        } catch (error) {
          row.rounds[round] = undefined;
          row.reason = error instanceof Error ? error.message : String(error);
        }
      }
    }
    return rows.map(({ row }) => row);
  } finally {
    compiled.remove();
  }
}

async function oneRound(entry: PeerEntry, peer: InstalledPeer, durability: Durability, job: Job, processFile: string): Promise<Round> {
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-bench-'));
  try {
    const server =
      entry.server === 'postgres'
        ? await startPostgres(folder)
        : entry.server === 'restate'
          ? await startRestate(folder, peer.folder)
          : undefined;
    try {
      const setting = { folder, durability, server: server?.address ?? '', concurrency: job.concurrency };
      const measured = await measureInProcess(processFile, peer.execPath, { url: pathToFileURL(peer.adapter).href, setting, job });
      return { ...measured, serverMb: server?.memoryMb() ?? 0, load: loadavg()[0]! };
    } finally {
      await server?.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureInProcess(file: string, execPath: string, task: PeerTask): Promise<Measured> {
  return new Promise((resolve, reject) => {
    // Options of this process, a compiler's among them, are not for the measured one.
    const child = fork(file, { execPath, execArgv: ['--no-warnings'], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    let said = '';
    const hear = (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000));
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    const timer = setTimeout(() => child.kill('SIGKILL'), processTimeoutMs);
    child.once('message', (measured) => resolve(measured as Measured));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      const why = said.split('\n').find((line) => /error/i.test(line)) ?? said.trim().split('\n').at(-1) ?? '';
      reject(
        new Error(signal ? `its process was not done after ${processTimeoutMs / 1000} s` : `its process ended with ${code}: ${why.trim()}`),
      );
    });
    child.send(task);
  });
}
