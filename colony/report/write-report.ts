import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchmarkResultText } from './benchmark-result.js';
import { buildColonyView } from './build-view.js';
import type { ColonyReport } from './colony-report.js';
import { renderColonyMarkdown } from './render/markdown.js';
import { renderColonyPage } from './render/page.js';

/**
 * Writes `benchmark_result.json`, `colony.md` and `colony.html` into a folder, which is made if it is not there.
 *
 * The page comes last: what was measured is on disk even if nothing can draw it.
 *
 * @throws {DurableFlowError} `DF_PEER_MISSING` if ECharts, which draws the plots of the page, is not installed.
 */
export async function writeColonyReport(folder: string, report: ColonyReport): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'benchmark_result.json'), benchmarkResultText(report));
  const view = buildColonyView(report);
  writeFileSync(join(folder, 'colony.md'), renderColonyMarkdown(view));
  writeFileSync(join(folder, 'colony.html'), await renderColonyPage(view));
}
