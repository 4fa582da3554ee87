import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildView } from '../readiness-suites/report/build-view.js';
import type { ReadinessReport } from '../readiness-suites/report/readiness-schema.js';
import { renderHtml } from '../readiness-suites/report/render/html/page.js';
import { renderJunit } from '../readiness-suites/report/render/junit.js';
import { renderMarkdown } from '../readiness-suites/report/render/markdown.js';
import { reportFileVariable } from './report-variables.js';

/** GitHub refuses a job summary of more than 1 MiB. */
const longestSummary = 1_000_000;

/** Writes the report in every form: into the folder, and where a CI system or the command line asks for it. */
export function writeReports(report: ReadinessReport, folder: string, env: NodeJS.ProcessEnv): void {
  const view = buildView(report);
  const markdown = renderMarkdown(view);
  const json = `${JSON.stringify(report, undefined, 2)}\n`;
  mkdirSync(folder, { recursive: true });
  const forms = {
    'readiness.json': json,
    'readiness.html': renderHtml(view),
    'readiness.md': markdown,
    'readiness.junit.xml': renderJunit(view),
  };
  for (const [name, text] of Object.entries(forms)) writeFileSync(join(folder, name), text);
  const summary = env['GITHUB_STEP_SUMMARY'];
  if (summary) appendFileSync(summary, markdown.length > longestSummary ? `${view.verdict.word}: ${view.verdict.sentence}\n` : markdown);
  const further = env[reportFileVariable];
  if (further) {
    mkdirSync(dirname(further), { recursive: true });
    writeFileSync(further, json);
  }
}
