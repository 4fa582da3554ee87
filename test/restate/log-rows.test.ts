import { expect, it } from 'vitest';
import type { Batch, LogEntry } from '../../sdk/restate/log-entry.js';
import { LogRows, rowInterval } from '../../sdk/restate/log-rows.js';

const entry = (at: number): LogEntry => ({ verb: 'release', at });

function batch(at: number, more: Partial<Batch> = {}): Batch {
  return { inbox: 0, entries: [entry(at)], bytes: 30, answers: [], sends: [], at, ...more };
}

function rowsOf(...batches: Batch[]) {
  const written: { key: string; entries: readonly LogEntry[] }[] = [];
  const rows = new LogRows((key, entries) => written.push({ key, entries }));
  for (const it of batches) rows.add(it);
  return { rows, written };
}

it('gathers the entries of batches that follow each other soon into one row', () => {
  const { rows, written } = rowsOf(batch(1), batch(2), batch(3, { end: { status: 'completed', outcome: '1', at: 3 } }));
  expect(written).toEqual([{ key: 'log/000000', entries: [entry(1), entry(2), entry(3)] }]);
  expect(rows.whole).toEqual([[entry(1), entry(2), entry(3)]]);
});

it.each([
  ['it rests', batch(2, { park: { wakeAt: undefined } })],
  ['something was answered', batch(2, { answers: [{ event: 0, answer: true }] })],
  ['nothing more comes soon', batch(2, { entries: [], bytes: 0 })],
  ['the first entry has waited long', batch(1 + rowInterval)],
  ['it is long', batch(2, { bytes: 2 ** 20 })],
  ['it asks for a child', batch(2, { ask: { kind: 'child', run: {} as never } })],
])('writes the row when %s', (_when, next) => {
  const { rows, written } = rowsOf(batch(1));
  expect([written.length, rows.isBehind, rows.whole]).toEqual([0, true, undefined]);
  rows.add(next);
  expect(written).toEqual([{ key: 'log/000000', entries: [entry(1), ...next.entries] }]);
  expect(rows.isBehind).toBe(false);
});

it('gives out a log that is short only', () => {
  const { rows, written } = rowsOf(batch(1, { bytes: 70_000, park: { wakeAt: undefined } }));
  expect(written).toHaveLength(1);
  expect(rows.whole).toBeUndefined();
});
