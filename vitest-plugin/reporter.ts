import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import picocolors from 'picocolors';
import { buildReport } from '../readiness-suites/report/build-report.js';
import { buildView } from '../readiness-suites/report/build-view.js';
import { renderTerminal, renderTerminalLine } from '../readiness-suites/report/render/terminal.js';
import { baselineFile, baselineOf, parseBaseline, type Baseline } from '../readiness-suites/verdict/baseline.js';
import { judgeRun, type RunVerdict } from '../readiness-suites/verdict/judge-run.js';
import { version } from '../sdk/cli/version.js';
import { collectResults, loadFailures, resultOf } from './collect-results.js';
import { isCi, mustFail } from './exit-code.js';
import { progressLine } from './progress-line.js';
import { outputOf } from './report-output.js';
import type { EndReason, ErrorShape, ModuleShape, TestShape, VitestShape } from './vitest-shapes.js';
import { baselineVariable } from './report-variables.js';
import { writeReports } from './write-reports.js';

/** Options of the report. */
export interface ReporterOptions {
  /** Where the reports are written, from the project's root. Default `.readiness`. */
  readonly folder?: string;
}

/** Reports the verdict of a run. It needs nothing but what the tests have left in their `meta`, so shards can be merged. */
export class ReadinessReporter {
  readonly options: ReporterOptions;
  #vitest: VitestShape | undefined;
  #startedAt = new Date();
  /** By agent, file and project: how many modes have been tried. */
  readonly #tried = new Map<string, number>();

  constructor(options: ReporterOptions = {}) {
    this.options = options;
  }

  onInit(vitest: VitestShape): void {
    this.#vitest = vitest;
  }

  onTestRunStart(): void {
    this.#startedAt = new Date();
    this.#tried.clear();
  }

  onTestCaseResult(test: TestShape): void {
    const result = resultOf(test);
    if (!result || result.state === 'skipped') return;
    const { agent, file, project, line } = result.suite;
    const suite = JSON.stringify([agent, file, project, line]);
    const done = (this.#tried.get(suite) ?? 0) + 1;
    this.#tried.set(suite, done);
    const elapsedMs = Date.now() - this.#startedAt.getTime();
    this.#output.write(`${progressLine(result, { done, elapsedMs }, picocolors)}\n`);
  }

  onTestRunEnd(modules: readonly ModuleShape[], errors: readonly ErrorShape[], reason: EndReason): void {
    const results = collectResults(modules);
    const broken = loadFailures(modules);
    if (!this.#vitest || (results.length === 0 && broken.length === 0)) return;
    const { config, version: vitest } = this.#vitest;
    const isUpdate = process.env[baselineVariable] === 'update';
    const { baseline, problem } = isUpdate ? {} : readBaseline(config.root);
    const outside = errors.map(({ message }) => `something was thrown outside of any test: ${message ?? 'nobody knows what'}`);
    const problems = [...broken, ...(problem === undefined ? [] : [problem]), ...outside];
    const shard = config.shard ?? undefined;
    const verdict = judgeRun(results, { interrupted: reason === 'interrupted', problems }, baseline);
    const report = buildReport(verdict, results, {
      startedAt: this.#startedAt.toISOString(),
      durationMs: Date.now() - this.#startedAt.getTime(),
      ...{ durableflow: version(), vitest, node: process.versions.node },
      shard: shard && `${shard.index}/${shard.count}`,
    });
    const view = buildView(report);
    const look = { width: Math.min(this.#output.columns ?? 80, 100), colors: picocolors };
    this.#output.write(verdict.state === 'empty' ? renderTerminalLine(view, look) : renderTerminal(view, look));
    if (mustFail(verdict.state, { ci: isCi(process.env), isShard: shard !== undefined })) process.exitCode = 1;
    this.#write(report, config.root);
    if (isUpdate) this.#output.write(` ${'Baseline'.padEnd(14)}${updateBaseline(config.root, verdict)}\n\n`);
  }

  #write(report: Parameters<typeof writeReports>[0], root: string): void {
    const folder = join(root, this.options.folder ?? '.readiness');
    try {
      writeReports(report, folder, process.env);
      const shown = relative(process.cwd(), join(folder, 'readiness.html'));
      this.#output.write(picocolors.dim(` ${'Report'.padEnd(14)}${shown}\n\n`));
    } catch (error) {
      // The verdict stands without its files, but who counts on them must notice.
      process.exitCode = 1;
      this.#output.write(picocolors.red(` The report could not be written: ${(error as Error).message}\n\n`));
    }
  }

  get #output(): NodeJS.WriteStream {
    return this.#vitest ? outputOf(this.#vitest) : process.stdout;
  }
}

/** Writes the rules that were in force. Returns a sentence on it. */
function updateBaseline(root: string, { suites, reservations }: RunVerdict): string {
  const isWhole = reservations.length === 0 && suites.every(({ modes }) => modes.every(({ gap }) => gap === undefined));
  if (!isWhole) return `${baselineFile} was not written, because not everything was tried.`;
  writeFileSync(join(root, baselineFile), `${JSON.stringify(baselineOf(suites), undefined, 2)}\n`);
  return `${baselineFile} was written.`;
}

function readBaseline(root: string): { readonly baseline?: Baseline; readonly problem?: string } {
  const file = join(root, baselineFile);
  if (!existsSync(file)) return {};
  try {
    return { baseline: parseBaseline(readFileSync(file, 'utf8')) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
