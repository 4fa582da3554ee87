import { describe, expect, it } from 'vitest';
import type { Health } from 'durableflow';
import { fileFindings, healthFindings, inPlace } from '../../sdk/cli/findings.js';

const sound = {
  file: "it's.db",
  bytes: 4096,
  walBytes: 0,
  damage: [],
  cut: undefined,
  unfit: [],
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

  it.each([
    ['schema.damaged', { schemaVersion: undefined }, 'sqlite3 a.db .recover | sqlite3 a.db.recovered'],
    ['pages.damaged', {}, 'durableflow --db a.db doctor --repair'],
    ['file.cut', { cut: { pages: 7, of: 9 }, schemaVersion: undefined }, 'durableflow --db a.db doctor --repair'],
  ])('are about the damage alone if there is any: %s', (kind, changes, command) => {
    const damage = Array.from({ length: 7 }, (_, n) => `page ${n}`);
    const findings = fileFindings({ ...sound, file: 'a.db', walBytes: 1e9, damage, ...changes }, now);
    expect(findings).toMatchObject([{ kind, severity: 'damaged', commands: [command] }]);
    expect(findings[0]!.what).toContain(kind === 'file.cut' ? '7 of 9 pages' : 'page 0, page 1, page 2, page 3, page 4 and 2 more');
  });

  it('say that nothing recorded is lost where only indexes are damaged', () => {
    const damage = ['row 3 missing from index runs_pending', 'wrong # of entries in index runs_pending'];
    expect(fileFindings({ ...sound, damage }, now)).toMatchObject([{ kind: 'indexes.damaged', severity: 'damaged' }]);
    expect(fileFindings({ ...sound, damage: [...damage, 'Tree 9 page 4: never used'] }, now)).toMatchObject([{ kind: 'pages.damaged' }]);
  });

  it('name the runs whose values are not what was written', () => {
    const unfit = [{ runId: 'r-1', what: ['the input is not what was written'] }];
    expect(fileFindings({ ...sound, unfit }, now)).toMatchObject([
      {
        kind: 'values.damaged',
        severity: 'damaged',
        what: '1 run with values that are not what was written: r-1 (the input is not what was written)',
      },
    ]);
  });

  it('tell of a file that is empty', () => {
    expect(fileFindings({ ...sound, bytes: 0, schemaVersion: 0 }, now)).toMatchObject([{ kind: 'file.empty', severity: 'attention' }]);
  });

  it('say how a repaired file takes the place of the damaged one, with its log', () => {
    expect(inPlace({ ...sound, file: 'a.db', walBytes: 1 }, 'a.db.repaired')).toEqual([
      'mv a.db a.db.damaged',
      'mv a.db-wal a.db.damaged-wal',
      'rm -f a.db-shm',
      'mv a.db.repaired a.db',
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
