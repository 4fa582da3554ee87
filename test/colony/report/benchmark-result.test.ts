import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { benchmarkResultText, withoutMeasured } from '../../../colony/report/benchmark-result.js';
import type { ColonyReport } from '../../../colony/report/colony-report.js';
import { colonyJsonSchema, parseColonyReport } from '../../../colony/report/colony-schema.js';
import { projectRoot } from '../../docs/code-blocks.js';
import { sampleBreakEven, sampleReport, sampleSeedCompat } from '../sample-result.js';

const schemaFile = join(projectRoot, 'colony/report/colony.schema.json');
const whole = sampleReport({ breakEven: sampleBreakEven(), seedCompat: sampleSeedCompat! });
const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

/** The same value with the fields of every object the other way round. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map((it) => reversed<unknown>(it)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, it]) => [key, reversed<unknown>(it)]),
  ) as T;
}

describe('benchmark_result.json', () => {
  it('has the published schema, which UPDATE_DOCS=1 writes', () => {
    const text = `${JSON.stringify(colonyJsonSchema(), undefined, 2)}\n`;
    if (process.env['UPDATE_DOCS']) writeFileSync(schemaFile, text);
    expect(existsSync(schemaFile) && JSON.parse(readFileSync(schemaFile, 'utf8'))).toEqual(JSON.parse(text));
  });

  it('agrees with it', () => {
    const published = z.fromJSONSchema(JSON.parse(readFileSync(schemaFile, 'utf8')) as Parameters<typeof z.fromJSONSchema>[0]);
    expect(published.safeParse(JSON.parse(benchmarkResultText(whole))).error).toBeUndefined();
    expect(published.safeParse({ ...(json(whole) as object), mode: 'live' }).success).toBe(false);
  });

  it('is read as it was written, with every field', () => {
    expect(parseColonyReport(JSON.stringify(whole))).toEqual(json(whole));
    expect(benchmarkResultText(parseColonyReport(benchmarkResultText(whole)))).toBe(benchmarkResultText(whole));
  });

  it('has the same bytes whatever order its fields were set in, and whatever a sum was rounded to', () => {
    const text = benchmarkResultText(whole);
    expect(benchmarkResultText(reversed(whole))).toBe(text);
    const rounded = { ...whole, lossesPerJob: 0.1 + 0.2 };
    expect(benchmarkResultText(rounded)).toBe(benchmarkResultText({ ...whole, lossesPerJob: 0.3 }));
    expect(text).toMatch(/^\{\n {2}"schema": "durableflow\.colony\/1",\n {2}"job"/);
  });

  it('differs between two runs of the same in what is measured alone', () => {
    const again: ColonyReport = { ...whole, measured: { ...whole.measured, startedAt: '2026-11-27T00:00:00.000Z', durationMs: 1 } };
    const [one, other] = [whole, again].map((it) => benchmarkResultText(it).split('\n'));
    expect(one!.filter((line, i) => line !== other![i])).toEqual([expect.stringContaining('"measured"')]);
    expect(withoutMeasured(again)).toEqual(withoutMeasured(whole));
  });

  it('has null for the end of an interval that has none, and is read with it', () => {
    const [first, ...arms] = whole.arms;
    const open = { ...whole, arms: [{ ...first!, completed: { value: 0.5, low: -Infinity, high: Infinity } }, ...arms] };
    const text = benchmarkResultText(open);
    expect(text).toContain('"completed": { "value": 0.5, "low": null, "high": null }');
    expect(parseColonyReport(text).arms[0]!.completed).toEqual({ value: 0.5, low: -Infinity, high: Infinity });
  });

  it('holds no number that is none', () => {
    expect(() => benchmarkResultText({ ...whole, lossesPerJob: Number.NaN })).toThrow(/lossesPerJob/);
  });

  it('is refused with a code if it is something else', () => {
    for (const text of ['nothing', '{}', JSON.stringify({ ...whole, schema: 'durableflow.colony/2' })])
      expect(() => parseColonyReport(text)).toThrow(expect.objectContaining({ code: 'DF_COLONY_REPORT' }));
  });
});
