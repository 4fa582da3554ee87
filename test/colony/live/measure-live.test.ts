import { MemoryBudgetLedger, systemClock, type BudgetScope } from 'durableflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { measureLive } from '../../../colony/live/measure-live.js';
import { VastClient } from '../../../colony/live/vast-client.js';
import { VastStub } from './vast-stub.js';

let stub: VastStub;
beforeEach(async () => {
  stub = await VastStub.start();
  // What the lowest bid of its offer buys.
  stub.price = 0.15;
});
afterEach(() => stub[Symbol.asyncDispose]());

const budget: BudgetScope = { kind: 'workflow', key: 'live', limitMicros: 1_000_000 };
const clientOf = (limitMicros: number) =>
  new VastClient({
    apiKey: 'the-key',
    baseURL: stub.url,
    ledger: new MemoryBudgetLedger(),
    budget: { ...budget, limitMicros },
    // Hours are hours; what is waited for between two looks is not.
    clock: { ...systemClock, after: (ms, callback) => systemClock.after(ms > 60_000 ? ms : 20, callback) },
  });

describe('measureLive', () => {
  it('rents one machine after the other, and gives each back before the next', async () => {
    const steps: string[] = [];
    const booting = setInterval(() => stub.instances.forEach((one) => (one.actual_status = 'running')), 50);
    const measured = await measureLive({ client: clientOf(1_000_000), machines: 2, maxHours: 1, onStep: (step) => steps.push(step) });
    clearInterval(booting);
    expect(measured).toHaveLength(2);
    expect(measured[0]!.secondsToRun).toBeGreaterThan(0);
    expect(stub.instances.size).toBe(0);
    const rentals = stub.made.filter((what) => /^(PUT|DELETE)/.test(what)).map((what) => what.split(' ')[0]);
    expect(rentals).toEqual(['PUT', 'DELETE', 'PUT', 'DELETE']);
    expect(steps).toHaveLength(4);
  });

  it('asks for no machine that the budget does not cover', async () => {
    await expect(measureLive({ client: clientOf(1000), maxHours: 1 })).rejects.toMatchObject({ code: 'DF_BUDGET_EXCEEDED' });
    expect(stub.made.filter((what) => what.startsWith('PUT'))).toEqual([]);
  });
});
