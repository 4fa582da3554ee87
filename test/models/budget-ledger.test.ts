import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  BudgetExceeded,
  type DurableFlowError,
  MemoryBudgetLedger,
  SqliteBudgetLedger,
  type BudgetLedger,
  type BudgetScope,
} from 'durableflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure } from './fixtures/collect.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'durableflow-budget-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const day = (limitMicros: number): BudgetScope => ({ kind: 'day', key: '2026-11-23', limitMicros });
const run = (limitMicros: number, key = 'r-1'): BudgetScope => ({ kind: 'run', key, limitMicros });

let files = 0;
const ledgers: readonly (readonly [string, () => BudgetLedger & { close?: () => Promise<void> }])[] = [
  ['in memory', () => new MemoryBudgetLedger()],
  ['on SQLite', () => new SqliteBudgetLedger(join(folder, `${++files}.db`), { durability: 'process-crash' })],
];

describe.each(ledgers)('a ledger %s', (_, open) => {
  it('sets aside in every scope, and settles on what was spent', async () => {
    const ledger = open();
    const first = await ledger.reserve([run(1000), day(5000)], 600);
    expect(await ledger.committed(run(0))).toBe(600);
    expect(await ledger.committed(day(0))).toBe(600);
    await ledger.settle(first, 250);
    const second = await ledger.reserve([run(1000), day(5000)], 750);
    await ledger.settle(second, 0);
    expect(await ledger.committed(run(0))).toBe(250);
    expect(await ledger.committed(day(0))).toBe(250);
    await ledger.close?.();
  });

  it('sets aside nowhere if one scope has too little left', async () => {
    const ledger = open();
    await ledger.reserve([day(5000)], 4500);
    const error = await failure<BudgetExceeded>(ledger.reserve([run(1000), day(5000)], 501));
    expect(error).toBeInstanceOf(BudgetExceeded);
    expect(error.refusal).toEqual({ kind: 'day', key: '2026-11-23', limitUsd: 0.005, committedUsd: 0.0045, neededUsd: 0.000501 });
    expect(await ledger.committed(run(0))).toBe(0);
    await ledger.reserve([run(1000), day(5000)], 500);
    await ledger.close?.();
  });

  it('settles once', async () => {
    const ledger = open();
    const reservation = await ledger.reserve([run(1000)], 600);
    await ledger.settle(reservation, 100);
    await ledger.settle(reservation, 100);
    await ledger.settle(reservation, 0);
    expect(await ledger.committed(run(0))).toBe(100);
    await ledger.close?.();
  });

  it('tells the truth about a call that cost more than its worst case', async () => {
    const ledger = open();
    const reservation = await ledger.reserve([run(1000)], 600);
    await ledger.settle(reservation, 1400);
    expect(await ledger.committed(run(0))).toBe(1400);
    expect(await failure(ledger.reserve([run(1000)], 0))).toBeInstanceOf(BudgetExceeded);
    await ledger.close?.();
  });

  it('agrees with arithmetic, whatever happens at once', async () => {
    const plan = fc.array(
      fc.record({ run: fc.constantFrom('r-1', 'r-2'), micros: fc.nat(500), spent: fc.option(fc.nat(500), { nil: undefined }) }),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(plan, fc.nat(3000), fc.nat(3000), async (calls, runLimit, dayLimit) => {
        const ledger = open();
        const expected = { day: 0, 'r-1': 0, 'r-2': 0 };
        await Promise.allSettled(
          calls.map(async ({ run: key, micros, spent }) => {
            const reservation = await ledger.reserve([run(runLimit, key), day(dayLimit)], micros);
            expected.day += micros;
            expected[key] += micros;
            expect(expected.day).toBeLessThanOrEqual(dayLimit);
            expect(expected[key]).toBeLessThanOrEqual(runLimit);
            // Some are never settled, as if their process had died.
            if (spent === undefined) return;
            const cost = Math.min(spent, micros);
            await ledger.settle(reservation, cost);
            expected.day += cost - micros;
            expected[key] += cost - micros;
          }),
        ).then((results) => {
          for (const it of results) if (it.status === 'rejected') expect(it.reason).toBeInstanceOf(BudgetExceeded);
        });
        expect(await ledger.committed(day(0))).toBe(expected.day);
        for (const key of ['r-1', 'r-2'] as const) expect(await ledger.committed(run(0, key))).toBe(expected[key]);
        await ledger.close?.();
      }),
      { numRuns: 25 },
    );
  });
});

describe('SqliteBudgetLedger', () => {
  it('keeps count over a restart, what was not settled included', async () => {
    const file = join(folder, 'app.db');
    const before = new SqliteBudgetLedger(file);
    const settled = await before.reserve([run(1000)], 400);
    await before.settle(settled, 100);
    const open = await before.reserve([run(1000)], 300);
    await before.close();
    await using after = new SqliteBudgetLedger(file);
    expect(await after.committed(run(0))).toBe(400);
    expect(await failure(after.reserve([run(1000)], 601))).toBeInstanceOf(BudgetExceeded);
    // Its answer may still arrive: the process was only slow.
    await after.settle(open, 20);
    expect(await after.committed(run(0))).toBe(120);
  });

  it('cannot be used when it is closed', async () => {
    const ledger = new SqliteBudgetLedger(':memory:');
    await ledger.close();
    await ledger.close();
    for (const use of [ledger.reserve([run(1)], 1), ledger.settle({ id: 'x' }, 1), ledger.committed(run(1))])
      expect((await failure<DurableFlowError>(use)).code).toBe('DF_CLOSED');
  });
});
