import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReadinessReport } from '../../readiness-suites/report/readiness-schema.js';
import { baselineOf } from '../../readiness-suites/verdict/baseline.js';
import { judgeRun } from '../../readiness-suites/verdict/judge-run.js';
import type { ModeResult } from '../../readiness-suites/verdict/mode-result.js';
import { mustFail } from '../../vitest-plugin/exit-code.js';
import { ReadinessReporter } from '../../vitest-plugin/reporter.js';
import type { EndReason, ModuleShape, TestShape } from '../../vitest-plugin/vitest-shapes.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { notRun, sixModes, suite, wholeRun } from '../readiness-suites/evidence-builder.js';

/** A module as Vitest hands it to reporters. */
function moduleOf(results: readonly ModeResult[], parts: Partial<ModuleShape> = {}): ModuleShape {
  const above: ModuleShape = {
    ...{ type: 'module', moduleId: '/project/refund.test.ts', errors: () => [], children: { allTests: () => tests } },
    ...parts,
  };
  const tests = results.map(({ suite, mode, state, error, retries }): TestShape => ({
    ...{ type: 'test', name: mode.title, parent: { type: 'suite', name: suite.agent, parent: above } },
    meta: () => ({ readiness: { suite, mode } }),
    result: () => ({ state, errors: error === undefined ? [] : [{ message: error }] }),
    diagnostic: () => ({ retryCount: retries }),
  }));
  return above;
}

let printed = '';
const exitCode = process.exitCode;

beforeEach(() => {
  printed = '';
  process.exitCode = undefined;
  vi.stubEnv('CI', '');
  vi.stubEnv('GITHUB_STEP_SUMMARY', '');
  const write = (text: string | Uint8Array) => Boolean((printed += String(text)));
  vi.spyOn(process.stdout, 'write').mockImplementation(write);
});

afterEach(() => {
  process.exitCode = exitCode;
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

interface Ended {
  readonly exit: typeof process.exitCode;
  readonly root: string;
  readonly report: ReadinessReport | undefined;
}

function report(
  modules: readonly ModuleShape[],
  reason: EndReason = 'passed',
  shard?: { index: number; count: number },
  root = tempFolder(),
): Ended {
  const reporter = new ReadinessReporter();
  reporter.onInit({ version: '4.1.12', config: { root, shard } });
  reporter.onTestRunStart();
  reporter.onTestRunEnd(modules, [], reason);
  const file = join(root, '.readiness/readiness.json');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  return { exit: process.exitCode, root, report: text === undefined ? undefined : (JSON.parse(text) as ReadinessReport) };
}

describe('the reporter', () => {
  it('is silent where there is no readiness suite', () => {
    const { exit, report: written } = report([moduleOf([])]);
    expect([exit, written, printed]).toEqual([undefined, undefined, '']);
  });

  it('tells of each mode when it has been tried, and how far it has come', () => {
    const reporter = new ReadinessReporter();
    reporter.onInit({ version: '4.1.12', config: { root: tempFolder() } });
    const tests = [...moduleOf(sixModes()).children.allTests()];
    for (let run = 0; run < 2; run++) {
      printed = '';
      reporter.onTestRunStart();
      tests.slice(0, 2).forEach((test) => reporter.onTestCaseResult(test));
      const lines = stripVTControlCharacters(printed).trimEnd().split('\n');
      expect(lines).toEqual([
        expect.stringMatching(/^ ✓ RefundAgent {2}tool timeout {2}naked 0\/1, durable 1\/1 {2}\(1 of 6, [\d.]+ m?s\)$/),
        expect.stringContaining('(2 of 6, '),
      ]);
    }
  });

  it('writes every form and lets a ship pass', () => {
    const { exit, root, report: written } = report([moduleOf(sixModes())]);
    expect([exit, written?.state]).toEqual([undefined, 'ship']);
    for (const name of ['readiness.html', 'readiness.md', 'readiness.junit.xml'])
      expect(existsSync(join(root, '.readiness', name))).toBe(true);
    expect(printed).toContain('SHIP');
  });

  it('fails the run of an agent that must not ship', () => {
    const { exit, report: written } = report([moduleOf(sixModes({ prompt_injection: { durable: 'failed' } }))], 'failed');
    expect([exit, written?.state]).toEqual([1, 'no_ship']);
  });

  it('adds a summary to the job of GitHub', () => {
    const file = join(tempFolder(), 'summary.md');
    writeFileSync(file, 'before\n');
    vi.stubEnv('GITHUB_STEP_SUMMARY', file);
    report([moduleOf(sixModes())]);
    expect(readFileSync(file, 'utf8')).toMatch(/^before\n# ✅ SHIP/);
  });

  it('says one line if nothing was tried, as when -t picks other tests', () => {
    const { report: written } = report([moduleOf(notRun(sixModes()))]);
    expect(written?.state).toBe('empty');
    expect(stripVTControlCharacters(printed).trim().split('\n').length).toBeLessThan(4);
  });

  it('takes a stopped run for incomplete', () => {
    expect(report([moduleOf(sixModes())], 'interrupted').report?.state).toBe('incomplete');
  });

  it('notices a suite whose file cannot be loaded', () => {
    const file = join(tempFolder(), 'inbox.test.ts');
    writeFileSync(file, 'describe.readiness(InboxAgent, {});');
    const broken = moduleOf([], { moduleId: file, relativeModuleId: 'inbox.test.ts', errors: () => [{ message: 'Unexpected token' }] });
    const { exit, report: written } = report([moduleOf(sixModes()), broken], 'failed');
    expect([exit, written?.state, written?.reservations]).toEqual([
      1,
      'harness_error',
      ['inbox.test.ts could not be run: Unexpected token'],
    ]);
  });

  it('compares with the baseline at the root, and fails on one that it cannot read', () => {
    const root = tempFolder();
    const strict = judgeRun(sixModes({}, suite({ threshold: 90 })), wholeRun, undefined).suites;
    writeFileSync(join(root, 'readiness.baseline.json'), JSON.stringify(baselineOf(strict)));
    expect(report([moduleOf(sixModes())], 'passed', undefined, root).report?.changes).toEqual([
      { kind: 'loosened', agent: 'RefundAgent', text: 'the threshold is 80; it was 90' },
    ]);
    expect(printed).toContain('loosened: RefundAgent: the threshold is 80; it was 90');
    writeFileSync(join(root, 'readiness.baseline.json'), '{}');
    expect(report([moduleOf(sixModes())], 'passed', undefined, root)).toMatchObject({ exit: 1, report: { state: 'harness_error' } });
  });

  it('fails if the report cannot be written', () => {
    const root = tempFolder();
    writeFileSync(join(root, '.readiness'), 'in the way');
    const reporter = new ReadinessReporter();
    reporter.onInit({ version: '4.1.12', config: { root } });
    reporter.onTestRunEnd([moduleOf(sixModes())], [], 'passed');
    expect(process.exitCode).toBe(1);
    expect(printed).toContain('could not be written');
  });

  it('prints a line for a mode as soon as it is over', () => {
    const [first] = moduleOf(sixModes()).children.allTests();
    const reporter = new ReadinessReporter();
    reporter.onTestCaseResult(first!);
    expect(printed).toContain('RefundAgent  tool timeout');
  });
});

describe('the exit code', () => {
  const [here, ci, shard] = [
    { ci: false, isShard: false },
    { ci: true, isShard: false },
    { ci: true, isShard: true },
  ];

  it.each([
    ['ship', false, false, false],
    ['no_ship', true, true, true],
    ['harness_error', true, true, true],
    ['incomplete', false, true, false],
    ['inconclusive', false, true, false],
    ['empty', false, true, false],
  ] as const)('of %s is 1 here: %s, in CI: %s, in a shard in CI: %s', (state, ...expected) => {
    expect([here, ci, shard].map((where) => mustFail(state, where))).toEqual(expected);
  });
});
