import { join, relative } from 'node:path';
import picocolors from 'picocolors';
import type { ColonyMeta } from './declare-colony.js';
import { outputOf } from './report-output.js';
import type { ReporterOptions } from './reporter.js';
import type { ModuleShape, VitestShape } from './vitest-shapes.js';

/** Shows what batches on machines that are lost have come to, and writes it down; silent where there were none. */
export class ColonyReporter {
  readonly options: ReporterOptions;
  #vitest: VitestShape | undefined;

  constructor(options: ReporterOptions = {}) {
    this.options = options;
  }

  onInit(vitest: VitestShape): void {
    this.#vitest = vitest;
  }

  async onTestRunEnd(modules: readonly ModuleShape[]): Promise<void> {
    if (!this.#vitest) return;
    const output = outputOf(this.#vitest);
    const reports = modules.flatMap((module) =>
      [...module.children.allTests()].flatMap((test) => (test.meta() as ColonyMeta).colony ?? []),
    );
    if (reports.length === 0) return;
    const { buildColonyView } = await import('../colony/report/build-view.js');
    const { renderColonyTerminal } = await import('../colony/report/render/terminal.js');
    const { writeColonyReport } = await import('../colony/report/write-report.js');
    for (const report of reports) {
      const look = { width: Math.min(output.columns ?? 80, 100), colors: picocolors };
      output.write(renderColonyTerminal(buildColonyView(report), look));
      const folder = join(this.#vitest.config.root, this.options.folder ?? '.readiness', 'colony', report.job);
      const written = await writeColonyReport(folder, report).then(
        () => relative(process.cwd(), join(folder, 'colony.html')),
        // The verdict stands without its page, and what was measured is on disk before it is drawn.
        (error: unknown) => (error as Error).message,
      );
      output.write(picocolors.dim(` ${'Report'.padEnd(14)}${written}\n\n`));
    }
  }
}
