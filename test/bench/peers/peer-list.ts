import type { Durability } from './peer.js';

/** An engine that is measured, and how it gets here. */
export interface PeerEntry {
  readonly name: string;
  /** In `adapters/`. */
  readonly adapter: string;
  readonly durabilities: readonly Durability[];
  /** What it promises and which settings it has, in the words of the table. */
  readonly settings: string;
  /** Pinned packages, installed apart from the project; none for what the project has itself. */
  readonly packages: Readonly<Record<string, string>>;
  /** The one of them whose version is told. */
  readonly told?: string;
  /** A server that is started for it. */
  readonly server?: 'postgres' | 'restate';
  /** A package with a Node of its own, for an engine that this process's Node cannot run. */
  readonly needsNode?: { readonly major: number; readonly version: string };
}

const both = ['full', 'normal'] as const;

/** All that `npm run bench:peers` measures, in the order of the table. */
export const peerList: readonly PeerEntry[] = [
  { name: 'raw better-sqlite3', adapter: 'raw-floor.ts', durabilities: both, settings: 'a row and a commit a step', packages: {} },
  {
    name: 'raw grouped',
    adapter: 'grouped-floor.ts',
    durabilities: both,
    settings: 'a commit a turn of the event loop, for the rows of all runs',
    packages: {},
  },
  { name: 'DurableFlow', adapter: 'durableflow.ts', durabilities: both, settings: 'as it is; FULL is the default', packages: {} },
  {
    name: 'LangGraph JS',
    adapter: 'langgraph.mjs',
    durabilities: both,
    settings: "functional API, SqliteSaver, durability 'sync'; NORMAL is its default",
    packages: {
      '@langchain/langgraph': '1.7.3',
      '@langchain/langgraph-checkpoint-sqlite': '1.0.4',
      '@langchain/core': '1.4.0',
      'better-sqlite3': '12.11.1',
    },
    told: '@langchain/langgraph',
  },
  {
    name: 'OpenWorkflow',
    adapter: 'openworkflow.mjs',
    durabilities: ['full'],
    settings: 'node:sqlite; new runs are looked for, and results awaited, by polling',
    packages: { openworkflow: '0.10.1' },
    told: 'openworkflow',
    needsNode: { major: 24, version: '24.21.0' },
  },
  {
    name: 'DBOS',
    adapter: 'dbos.mjs',
    durabilities: ['full'],
    settings: 'PostgreSQL with its defaults (fsync, synchronous_commit)',
    packages: { '@dbos-inc/dbos-sdk': '5.3.0' },
    told: '@dbos-inc/dbos-sdk',
    server: 'postgres',
  },
  {
    name: 'Restate',
    adapter: 'restate.mjs',
    durabilities: ['full'],
    settings: 'a server with its defaults (its log is flushed)',
    packages: {
      '@restatedev/restate-sdk': '1.17.2',
      '@restatedev/restate-sdk-clients': '1.17.2',
      '@restatedev/restate-server': '1.7.12',
    },
    told: '@restatedev/restate-server',
    server: 'restate',
  },
];
