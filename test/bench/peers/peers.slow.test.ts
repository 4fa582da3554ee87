import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measurePeer } from './measure-peer.js';
import { peerList } from './peer-list.js';
import { runPeers } from './run-peers.js';

const job = { runs: 6, steps: 3, concurrency: 4, longSteps: 200, seconds: 5, warmUpSeconds: 0.2 };

it('measures the floors and the engine in processes of their own, and tells why an engine that cannot be had has no figures', async () => {
  const own = peerList.filter(({ packages }) => Object.keys(packages).length === 0);
  const absent = {
    name: 'absent',
    adapter: 'openworkflow.mjs',
    durabilities: ['full'] as const,
    settings: '',
    packages: { openworkflow: 'file:./absent.tgz' },
    told: 'openworkflow',
  };
  const rows = await runPeers({ entries: [...own, absent], rounds: 1, job, progress: () => {} });
  expect(rows.map(({ name, durability }) => `${name} ${durability}`)).toEqual([
    'raw better-sqlite3 full',
    'raw better-sqlite3 normal',
    'raw grouped full',
    'raw grouped normal',
    'DurableFlow full',
    'DurableFlow normal',
    'absent full',
  ]);
  for (const { reason, rounds } of rows.slice(0, -1)) {
    expect(reason).toBeUndefined();
    expect(rounds[0]!.sequential).toBeGreaterThan(0);
    expect(rounds[0]!.growth).toBeGreaterThan(0);
    expect(rounds[0]!.peakMb).toBeGreaterThan(10);
  }
  expect(rows.at(-1)).toMatchObject({ rounds: [], reason: expect.stringContaining('npm could not install it') });
});

it('an engine that leaves out steps, or their values, is no row of the table', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-bench-'));
  const setting = { folder, durability: 'full', server: '', concurrency: 1 } as const;
  const lazy = { open: async () => ({ run: async (steps: number) => steps * 200, close: async () => {} }) };
  await expect(measurePeer(lazy, setting, job)).rejects.toThrow('bodies ran');
  const empty = { open: async () => ({ run: async () => 0, close: async () => {} }) };
  await expect(measurePeer(empty, setting, job)).rejects.toThrow('gave 0');
  rmSync(folder, { recursive: true });
});
