import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadinessReport } from '../../readiness-suites/report/readiness-schema.js';
import type { ModeResult } from '../../readiness-suites/verdict/mode-result.js';

const root = join(import.meta.dirname, '../..');

/** What a run of Vitest has left behind. */
export interface VitestRun {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  /** `readiness.json`, if it was written. */
  readonly report: ReadinessReport | undefined;
}

/** A project of its own, with test files that leave evidence as the kit does. Disposing of it removes it. */
export class VitestProject implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'durableflow-vitest-'));

  constructor() {
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
    this.write('package.json', '{ "type": "module" }');
    this.write(
      'vitest.config.ts',
      `import { ReadinessReporter } from ${JSON.stringify(join(root, 'vitest-plugin/reporter.ts'))};
       // As the plugin adds it, so that --reporter does not take it away.
       const plugin = { name: 'report', configureVitest: ({ vitest }) => void vitest.config.reporters.push(new ReadinessReporter()) };
       export default { plugins: [plugin] };`,
    );
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** A suite whose tests leave this evidence; `declare` is how it is declared, such as `describe.skip`. */
  suite(file: string, results: readonly ModeResult[], declare = 'describe', extra = ''): void {
    const rows = results.map(({ suite, mode, state }) => ({
      meta: { suite, mode },
      empty: { suite, mode: { ...mode, variants: [] } },
      fails: state === 'failed',
    }));
    this.write(
      file,
      `import { describe, test } from 'vitest';
       // As describe.readiness leaves it.
       const rows = ${JSON.stringify(rows)};
       ${extra}
       ${declare}(rows[0].meta.suite.agent, () => {
         for (const { meta, empty, fails } of rows)
           test(meta.mode.title, { meta: { readiness: empty } }, ({ task }) => {
             task.meta.readiness = meta;
             if (fails) throw new Error(meta.mode.title + ' failed');
           });
       });`,
    );
  }

  async run(argv: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<VitestRun> {
    rmSync(join(this.folder, '.readiness'), { recursive: true, force: true });
    const { CI: _ci, GITHUB_STEP_SUMMARY: _summary, GITHUB_ACTIONS: _actions, ...inherited } = process.env;
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const ran = await new Promise<{ exit: number; out: string; err: string }>((resolve) => {
      const options = { cwd: this.folder, env: { ...inherited, NO_COLOR: '1', ...env } };
      execFile(process.execPath, [vitest, 'run', ...argv], options, (error, out, err) => {
        resolve({ exit: typeof error?.code === 'number' ? error.code : error ? 1 : 0, out, err });
      });
    });
    const file = join(this.folder, '.readiness/readiness.json');
    return { ...ran, report: existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReadinessReport) : undefined };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
