import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildReport } from '../../../readiness-suites/report/build-report.js';
import { parseReport, reportJsonSchema } from '../../../readiness-suites/report/readiness-schema.js';
import { reproduceCommand } from '../../../readiness-suites/report/reproduce-command.js';
import { judgeRun } from '../../../readiness-suites/verdict/judge-run.js';
import { projectRoot } from '../../docs/code-blocks.js';
import { notRun, sixModes, suite, wholeRun } from '../evidence-builder.js';
import { reportOf, someRun } from '../report-of.js';
import { supportAgent, unsafeAgent } from '../support-agents.js';

const schemaFile = join(projectRoot, 'readiness-suites/report/readiness.schema.json');
const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe('readiness.json', () => {
  const reports = [
    reportOf([...supportAgent(), ...unsafeAgent()]),
    reportOf(notRun(sixModes())),
    reportOf(sixModes().slice(1)),
    reportOf([]),
  ];

  it('has the published schema, which UPDATE_DOCS=1 writes', () => {
    const text = `${JSON.stringify(reportJsonSchema(), undefined, 2)}\n`;
    if (process.env['UPDATE_DOCS']) writeFileSync(schemaFile, text);
    expect(existsSync(schemaFile) && JSON.parse(readFileSync(schemaFile, 'utf8'))).toEqual(JSON.parse(text));
  });

  it.each(reports)('agrees with it (%#)', (report) => {
    const published = z.fromJSONSchema(JSON.parse(readFileSync(schemaFile, 'utf8')) as Parameters<typeof z.fromJSONSchema>[0]);
    expect(published.safeParse(json(report)).error).toBeUndefined();
    expect(published.safeParse({ ...report, state: 'fine' }).success).toBe(false);
    expect(json(parseReport(JSON.stringify(report)))).toEqual(json(report));
  });

  it('is refused with a code if it is something else', () => {
    expect(() => parseReport('{}')).toThrow(expect.objectContaining({ code: 'DF_READINESS_REPORT' }));
    expect(() => parseReport('{}')).toThrow(/^it is not a readiness report: schemaVersion: [^\n]+$/);
    expect(() => parseReport('nothing')).toThrow(expect.objectContaining({ code: 'DF_READINESS_REPORT' }));
    const newer = expect.objectContaining({ code: 'DF_FORMAT_NEWER' });
    expect(() => parseReport(JSON.stringify({ ...reportOf([]), schemaVersion: 2 }))).toThrow(newer);
  });

  it('is the same for the same evidence, whatever order the tests ended in', () => {
    const results = [...supportAgent(), ...unsafeAgent()];
    const shuffled = results.toReversed();
    expect(json(buildReport(judgeRun(shuffled, wholeRun, undefined), shuffled, someRun))).toEqual(json(reportOf(results)));
  });

  it('has a command for each mode that was tried', () => {
    const [unsafe] = reportOf(unsafeAgent()).suites;
    expect(unsafe!.modes.map(({ reproduce }) => reproduce)).toContain(
      'DURABLEFLOW_SEED=7 npx vitest run examples/unsafe.readiness.test.ts -t "UnsafeAgent prompt injection"',
    );
  });
});

describe('the command that shows a failure again', () => {
  it('joins the names as the Vitest in use does', () => {
    const path = ['support', 'RefundAgent', 'prompt injection'];
    expect(reproduceCommand(suite({ file: 'a.test.ts' }), path, 4)).toMatch(/-t "support RefundAgent prompt injection"$/);
    expect(reproduceCommand(suite({ file: 'a.test.ts' }), path, 5)).toMatch(/-t "support > RefundAgent > prompt injection"$/);
  });

  it('is what a shell and a pattern take for it', () => {
    const strange = suite({ file: 'a b/$(x).test.ts', project: 'unit' });
    expect(reproduceCommand(strange, ['Agent', `it's (1+1)`], 4)).toBe(
      String.raw`DURABLEFLOW_SEED=7 npx vitest run 'a b/$(x).test.ts' --project unit -t 'Agent it'\''s \(1\+1\)'`,
    );
  });
});
