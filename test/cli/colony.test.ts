import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ColonyReport } from '../../colony/report/colony-report.js';
import { parseColonyReport } from '../../colony/report/colony-schema.js';
import { call, callJson, temporaryFolder } from './terminal.js';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/colony/${name}`, import.meta.url));

describe('durableflow colony', async () => {
  const folder = await temporaryFolder();
  const quick = ['colony', '--headline', '--no-break-even', '--processes', '1', '--out', folder];
  const batch = (...argv: string[]) => callJson<ColonyReport>([...quick, ...argv]);

  it('simulates, judges, and writes what it prints, with a page', async () => {
    const { data, exit } = await batch('--profile', 'moderate', '--seeds', '10', '--jobs', '10');
    expect(data.arms.map(({ arm }) => arm)).toEqual(['scratch', 'durable']);
    expect([data.seeds.length, data.profile, data.mode, data.breakEven]).toEqual([10, 'moderate', 'sim', undefined]);
    expect([data.verdict.state, exit]).toEqual(['ship', 0]);
    expect(data.seedCompat).toHaveLength(6);
    const written = parseColonyReport(readFileSync(join(folder, 'benchmark_result.json'), 'utf8'));
    expect([written.verdict, written.outputDigest]).toEqual([data.verdict, data.outputDigest]);
    for (const file of ['colony.html', 'colony.md']) expect(existsSync(join(folder, file))).toBe(true);
  });

  it('shows the verdict and both arms to a person', async () => {
    const { out, exit } = await call([...quick, '--seeds', '2', '--jobs', '5', '--first', '5', '--profile', 'calm']);
    expect(out).toMatch(/inconclusive/i);
    expect(out).toMatch(/from scratch/);
    expect(exit).toBe(2);
  });

  it('has an interval without ends for one seed, and says that nothing can be told', async () => {
    const { data, exit } = await batch('--seeds', '1', '--jobs', '5');
    expect([data.verdict.state, exit]).toEqual(['inconclusive', 2]);
    expect(parseColonyReport(readFileSync(join(folder, 'benchmark_result.json'), 'utf8')).arms[0]!.completed.high).toBe(Infinity);
  });

  it('exits with 1 for no ship', async () => {
    const { data, exit } = await batch('--seeds', '5', '--jobs', '5', '--trace', longTrace(await temporaryFolder()), '--compression', '2');
    expect([data.verdict.state, exit, data.mode]).toEqual(['no_ship', 1, 'replay']);
    expect(data.protocol.compression).toBe(2);
    expect(data.schedule.source).toMatch(/2 pass in one hour of the batch/);
  });

  it.each([
    [['--trace', fixture('availability.csv')], 'CLI_USAGE', /Say --polarity available or --polarity preempted/],
    [['--trace', fixture('nodes.csv')], undefined, /at most 3 machines at a time, too few for 5 slots/],
    [['--trace', fixture('availability.csv'), '--polarity', 'available'], undefined, /longer trace/],
    [['--trace', 'nowhere.csv'], 'CLI_FILE_FAILED', /nowhere\.csv cannot be read/],
    [['--profile', 'wild'], 'CLI_USAGE', /calm, moderate, hostile/],
    [['--trace', fixture('nodes.csv'), '--compression', '0'], 'CLI_USAGE', /--compression.*number above 0/],
    [['--trace', fixture('nodes.csv'), '--compression', 'much'], 'CLI_USAGE', /--compression.*number above 0/],
    [['--seeds', '0'], 'CLI_USAGE', /whole number from 1/],
    [['--compression', '2'], 'CLI_USAGE', /--trace/],
    [['--polarity', 'available'], 'CLI_USAGE', /--trace/],
  ])('refuses %j', async (argv, code, message) => {
    const { out, err, exit } = await call([...quick, ...argv, '--json']);
    expect(exit).not.toBe(0);
    expect(out + err).toMatch(message);
    if (code) expect(out + err).toContain(code);
  });
});

/** So many losses that no job is done from scratch, nor with the engine: every slot loses its machine every minute. */
function longTrace(folder: string): string {
  const rows: string[] = [];
  for (let place = 0; place < 5; place++) rows.push(`0,add,${place}-0`);
  for (let minute = 1; minute < 2 * 60 * 3; minute++)
    for (let place = 0; place < 5; place++) rows.push(`${60_000 * minute},remove,${place}-${minute - 1}`, `${60_000 * minute},add,${place}-${minute}`);
  const file = join(folder, 'rough.csv');
  writeFileSync(file, rows.join('\n'));
  return file;
} // prettier-ignore

describe('durableflow colony compat', () => {
  it('makes the published rows again, to the digit', async () => {
    const { data } = await callJson<{ rows: ColonyReport['seedCompat']; flaws: string[] }>(['colony', 'compat']);
    const rows = data.rows!.map(({ row, naive, durable }) => `${row} ${naive.done}/${naive.lost} ${naive.costUsd} ${naive.wallSeconds} · ${durable.recoveries} ${durable.costUsd} ${durable.wallSeconds}`); // prettier-ignore
    expect(rows).toEqual([
      'hostile/1337 18/12 0.23373057 701.1917 · 10 0.22973057 689.1917',
      'hostile/1 18/12 0.23887763 716.6329 · 10 0.22530367 675.911',
      'hostile/7 13/19 0.22098893 662.9668 · 19 0.24410237 732.3071',
      'hostile/42 18/10 0.2472452 741.7356 · 5 0.21701373 651.0412',
      'moderate/7331 20/1 0.22259093 667.7728 · 1 0.2142576 642.7728',
      'calm/42 20/3 0.2209247 662.7741 · 3 0.2169247 650.7741',
    ]);
    expect(data.flaws.length).toBeGreaterThan(3);
    expect((await call(['colony', 'compat'])).out).toContain('seed-compat: a flawed protocol, kept');
  });
});
