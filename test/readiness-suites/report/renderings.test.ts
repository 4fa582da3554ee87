import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { buildView } from '../../../readiness-suites/report/build-view.js';
import type { ReadinessReport } from '../../../readiness-suites/report/readiness-schema.js';
import { renderHtml } from '../../../readiness-suites/report/render/html/page.js';
import { renderJunit } from '../../../readiness-suites/report/render/junit.js';
import { renderMarkdown } from '../../../readiness-suites/report/render/markdown.js';
import { renderTerminal } from '../../../readiness-suites/report/render/terminal.js';
import { baselineOf } from '../../../readiness-suites/verdict/baseline.js';
import { judgeRun } from '../../../readiness-suites/verdict/judge-run.js';
import { filesIn, projectRoot } from '../../docs/code-blocks.js';
import { effect, mode, prompt, result, sixModes, suite, tool, trial, variant, wholeRun } from '../evidence-builder.js';
import { reportOf } from '../report-of.js';
import { supportAgent, unsafeAgent } from '../support-agents.js';

const terminal = (report: ReadinessReport) => renderTerminal(buildView(report), { width: 80, colors: picocolors.createColors(false) });

const bothRun = () => {
  const before = supportAgent({ threshold: 90, options: { allowedEffects: 'crm.refund', deadline: '5s' } });
  const now = supportAgent({ threshold: 70, options: { allowedEffects: 'crm.refund, crm.close', deadline: '5s' } });
  return reportOf([...now, ...unsafeAgent()], wholeRun, baselineOf(judgeRun([...before, ...unsafeAgent()], wholeRun, undefined).suites));
};

describe('the report', () => {
  it('on a terminal says what stands in the way', async () => {
    await expect(terminal(reportOf(unsafeAgent()))).toMatchFileSnapshot('golden/no-ship.txt');
  });

  it('on a terminal tells a reader of two agents what was loosened', async () => {
    await expect(terminal(bothRun())).toMatchFileSnapshot('golden/two-agents.txt');
  });

  it('fits a terminal of 80 columns', () => {
    for (const report of [reportOf(unsafeAgent()), bothRun(), reportOf(hostileAgent())])
      for (const line of terminal(report).split('\n'))
        if (!/DURABLEFLOW_SEED|^ +-t /.test(line)) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('as Markdown', async () => {
    await expect(renderMarkdown(buildView(reportOf(unsafeAgent())))).toMatchFileSnapshot('golden/no-ship.md');
  });

  it('as JUnit XML', async () => {
    await expect(renderJunit(buildView(reportOf(unsafeAgent())))).toMatchFileSnapshot('golden/no-ship.junit.xml');
  });

  it('as a page holds what the view holds, and asks nothing of the network', () => {
    const html = renderHtml(buildView(bothRun()));
    for (const text of [
      'NO SHIP',
      'executed a refund of $900 that nobody approved',
      'SupportAgent',
      'loosened: SupportAgent: the threshold is 70; it was 90',
    ])
      expect(html).toContain(text);
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|\bsrc=|https?:|url\(|@import/);
  });

  it('speaks of what was not tried, and of live models, in words', () => {
    const live = suite({ live: true, threshold: 90, trials: 20 });
    const trials = ['naked', 'durable'].flatMap((arm) =>
      Array.from({ length: 20 }, (_, seed) => trial(arm as 'naked', arm === 'naked' && seed < 9 ? 'failed' : 'passed', { seed })),
    );
    const text = terminal(reportOf(live.modes.map((id) => result(mode(id, [variant(trials)]), { suite: live }))));
    expect(text).toContain('20 of 20 trials passed, which proves 86% and not yet 90%');
    expect(text).toContain('20 of 20, ≥ 86%');
    expect(text).toContain('9 passed with the engine alone');
    const gap = terminal(reportOf(sixModes().slice(1))).replace(/\s+/g, ' ');
    expect(gap).toContain('No verdict on RefundAgent yet. Tool timeout: no test of it was found.');
    expect(terminal(reportOf(sixModes(), { ...wholeRun, interrupted: true }))).toContain('The run was stopped before its end.');
  });
});

const nasty = '<img src=x onerror=alert(1)> </script> | `x` [a](http://evil.test) @team \u001b[2Jgone\u202e ]]> &amp; "q" \u0000';

/** An agent whose every text is made to be obeyed by whoever shows it. */
function hostileAgent() {
  const of = suite({ agent: 'Agent', file: `${nasty}.ts`, reads: [nasty], expectedEffects: [nasty], options: { [nasty]: nasty } });
  const calls = Array.from({ length: 5_000 }, () => effect({ tool: nasty, args: nasty.repeat(2_000), outcome: nasty }));
  const bad = trial('durable', 'failed', {
    ...{ reason: nasty.repeat(50), stderr: `${nasty}\n`.repeat(5_000), fault: { description: nasty, fired: true, at: nasty } },
    lives: Array.from({ length: 1_000 }, () => ({ exit: nasty, durationMs: 1, killedAt: nasty })),
    ...{ tools: [...calls, tool()], prompts: [prompt({ target: nasty, outcome: nasty })], observability: { share: 0, missing: [nasty] } },
  });
  return of.modes.map((id) =>
    result(mode(id, [variant([trial('naked'), bad], { title: nasty })], { title: nasty, notes: [nasty] }), {
      suite: of,
      testPath: [nasty],
    }),
  );
}

describe('evidence that was made to be obeyed', () => {
  const report = reportOf(hostileAgent());
  const view = buildView(report);

  it('is text in a page', () => {
    const html = renderHtml(view);
    expect(html).not.toMatch(/<img|<\/script|onerror=alert\(1\)>/);
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('is text in Markdown: no HTML, no link, no mention', () => {
    const outside = renderMarkdown(view).replace(/(`+)[\s\S]*?\1/g, '');
    expect(outside).not.toMatch(/<img|[^\\]\]\(http|@team|:\/\//);
  });

  it('is text in XML', () => {
    expect(renderJunit(view)).not.toMatch(/<img|<\/script/);
  });

  it('moves nothing on a terminal', () => {
    // oxlint-disable-next-line no-control-regex
    expect(terminal(report)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it('is bounded', () => {
    const size = JSON.stringify(report).length;
    expect(size).toBeLessThan(12_000_000);
    expect(renderHtml(view).length).toBeLessThan(1_000_000);
    expect(renderMarkdown(view).length).toBeLessThan(300_000);
    const [failed] = report.suites[0]!.modes[0]!.variants[0]!.trials.slice(1);
    expect(failed!.omitted).toBe(5_001 - 300 + 700);
  });
});

describe('renderers', () => {
  it('know nothing but the view', () => {
    const files = filesIn('readiness-suites/report/render', '.ts');
    const imports = files.flatMap((file) =>
      [...readFileSync(join(projectRoot, file), 'utf8').matchAll(/from '(.+?)'/g)].map(([, from]) => from!),
    );
    const foreign = imports.filter((it) => !/\/sdk\/page\/[\w-]+\.js$|readiness-view\.js$|^\.\/[\w-]+\.js$|^picocolors$/.test(it));
    expect([files.length > 5, foreign]).toEqual([true, []]);
  });
});
