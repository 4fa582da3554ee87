import { describe, expect, it } from 'vitest';
import type { Health } from 'durableflow';
import { fileFindings, healthFindings } from '../../sdk/cli/findings.js';

const sound = {
  file: "it's.db",
  bytes: 4096,
  walBytes: 0,
  damage: [],
  schemaVersion: 2,
  knownSchemaVersion: 2,
  journalMode: 'wal',
  budgets: undefined,
};
const now = new Date('2026-01-01T12:00:00Z');
const well: Health = {
  owners: [],
  leftBehind: [],
  stuck: [],
  diverged: [],
  doubts: [],
  overdueApprovals: [],
  overdueSchedules: [],
  versions: [],
};
const spelling = { self: 'durableflow', app: 'MODULE' };

describe('findings on the file', () => {
  it('are none if it is sound', () => {
    expect(fileFindings(sound, now)).toEqual([]);
  });

  it('name a large log, and quote the path for the shell', () => {
    expect(fileFindings({ ...sound, walBytes: 65 * 1024 * 1024 }, now)).toMatchObject([
      { kind: 'log.large', what: 'the write-ahead log has 65 MiB', commands: [String.raw`sqlite3 'it'\''s.db' 'PRAGMA wal_checkpoint(TRUNCATE)'`] },
    ]); // prettier-ignore
  });

  it('are about the damage alone if there is any, and keep the log with the copy', () => {
    const damage = Array.from({ length: 7 }, (_, n) => `page ${n}`);
    const findings = fileFindings({ ...sound, file: 'a.db', walBytes: 1e9, damage, schemaVersion: undefined }, now);
    expect(findings).toMatchObject([
      {
        kind: 'damage',
        what: 'the file is damaged: page 0, page 1, page 2, page 3, page 4 and 2 more',
        commands: ['cp a.db a.db.damaged', 'cp a.db-wal a.db.damaged-wal', 'sqlite3 a.db .recover | sqlite3 a.db.recovered'],
      },
    ]);
  });
});

describe('findings on the runs', () => {
  it('are none if all is well', () => {
    expect(healthFindings(well, [], spelling)).toEqual([]);
  });

  it('list a few of many, and say how to see the rest', () => {
    const doubts = Array.from({ length: 8 }, (_, n) => ({
      runId: `r${n}`,
      call: n,
      method: 'pay',
      key: 'k',
      state: 'intended' as const,
      resolvedBy: undefined,
      intendedAt: now,
      workflow: 'w',
      settledAt: undefined,
    }));
    const [finding] = healthFindings({ ...well, doubts }, [], spelling);
    expect(finding!.what).toMatch(/^8 effects in doubt: pay \(call 0 of r0\), .* and 3 more$/);
    expect(finding!.commands).toHaveLength(11);
    expect(finding!.commands.at(-1)).toBe('durableflow runs --status in_doubt');
  });
});
