import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { buildColonyView } from '../../../colony/report/build-view.js';
import type { ColonyReport } from '../../../colony/report/colony-report.js';
import { renderColonyMarkdown } from '../../../colony/report/render/markdown.js';
import { renderColonyTerminal } from '../../../colony/report/render/terminal.js';
import { filesIn, projectRoot } from '../../docs/code-blocks.js';
import { sampleBreakEven, sampleReport, sampleSeedCompat } from '../sample-result.js';

const whole = sampleReport({ breakEven: sampleBreakEven(), seedCompat: sampleSeedCompat! });
const terminal = (report: ColonyReport, width = 80) =>
  renderColonyTerminal(buildColonyView(report), { width, colors: picocolors.createColors(false) });

describe('the result of a benchmark', () => {
  it('on a terminal says the verdict, then what durability changes, then all arms', async () => {
    await expect(terminal(whole)).toMatchFileSnapshot('golden/ship.txt');
  });

  it('as Markdown', async () => {
    await expect(renderColonyMarkdown(buildColonyView(whole))).toMatchFileSnapshot('golden/ship.md');
  });

  it.each([80, 72, 50])('fits a terminal of %i columns, by stacking', (width) => {
    expect(
      Math.max(
        ...terminal(whole, width)
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(width);
    expect(terminal(whole, width).replace(/\s/g, '')).toContain(whole.schedule.hash);
  });

  it('has the arms of a pair beside one another, and below one another where there is no room', () => {
    expect(terminal(whole)).toMatch(/scratch ≤2 +durable ≤2 +scratch ∞ +durable ∞/);
    expect(terminal(whole, 50)).toMatch(/^ scratch ∞\n {3}done ≤1.25× +3% \(2–4\)/m);
  });

  it('names the cells that are lost, and takes the tone from the interval, not from the number', () => {
    const { breakEven } = buildColonyView(whole);
    expect(breakEven.slice(0, 2).map(({ lossesPerJob, tone, word }) => [lossesPerJob, tone, word])).toEqual([
      ['0.02', 'bad', 'loses: costs more'],
      ['0.02', 'bad', 'loses: costs more'],
    ]);
    const unsure = { value: 3, low: -1, high: 7 };
    const [delta] = buildColonyView({
      ...whole,
      comparisons: whole.comparisons.map((it) => ({ ...it, completionDelta: [{ factor: 1.5 as const, points: unsure }] })),
    }).deltas;
    expect(delta!.points).toEqual([expect.objectContaining({ tone: 'unsure', text: '+3.0', interval: '−1.0 to +7.0', foremost: true })]);
  });

  it('counts a stage as often as it is called', () => {
    const stages = [{ method: 'page', seconds: 30, calls: 4 }];
    const { facts } = buildColonyView({ ...whole, protocol: { ...whole.protocol, stages } });
    expect(facts[0]!.text).toContain('20 jobs of 180 s on 5 machines: page 4 × 30 s');
  });

  it('shows the pair that is judged first, whatever order the result has', () => {
    const view = buildColonyView({ ...whole, comparisons: whole.comparisons.toReversed() });
    expect(view.deltas.map(({ judged }) => judged)).toEqual([true, false]);
    expect(view.deltas[0]!.title).toBe('durable against from scratch, no limit on retries');
  });

  it('says of no violation what it proves, and of one what it was', () => {
    const clean = buildColonyView(whole).measures.find(({ label }) => label === 'violations')!;
    expect(clean.cells[4]).toEqual({ tone: 'good', text: '0', note: '< 1.5%' });
    const first = [{ invariant: 'effect_twice' as const, detail: 'upload of job-3 came twice', seed: 17 }];
    const arms = whole.arms.map((it) => (it.arm === 'durable' ? { ...it, violations: { count: 1, first } } : it));
    const text = terminal({ ...whole, arms, verdict: { state: 'no_ship', reasons: ['A promise was broken.'] } });
    expect(text).toContain('NO SHIP');
    expect(text).toContain('durable ∞, seed 17: effect twice: upload of job-3 came twice');
  });

  it('has no interval of one seed, and says so', () => {
    const ofOneSeed = JSON.parse(JSON.stringify(whole), (key, value: unknown) =>
      key === 'low' ? -Infinity : key === 'high' ? Infinity : value,
    ) as ColonyReport;
    const text = terminal(ofOneSeed);
    expect(text).toContain('no interval');
    expect(text + renderColonyMarkdown(buildColonyView(ofOneSeed))).not.toMatch(/Infinity|NaN/);
  });

  it('rounds nothing to always or never', () => {
    const rate = { value: 0.99996, low: 0.99991, high: 1 };
    const { measures } = buildColonyView({ ...whole, arms: whole.arms.map((it) => ({ ...it, completed: rate })) });
    expect(measures.find(({ label }) => label === 'done at all')!.cells[0]).toMatchObject({ text: '99.9%', note: '99.9–100' });
  });

  it('tells of a calm batch in which nothing was completed, lost or compared', () => {
    const [arm] = whole.arms;
    const { costPerJobUsd: _, savings: __, recoveryPointSeconds: ___, ...rest } = arm!;
    const empty = { ...rest, costPerJobUsd: undefined, savings: undefined, recoveryPointSeconds: undefined };
    const text = terminal({ ...whole, arms: [empty], comparisons: [{ ...whole.comparisons[0]!, costRatio: undefined }] });
    expect(text).toContain('none to compare');
    expect(text).toMatch(/cost\/job +–/);
  });
});

const nasty = '<img src=x onerror=alert(1)> | `x` [a](http://evil.test) @team \u001b[2Jgone\u202e "q" \u0000';
const hostile = sampleReport({
  ...{ job: nasty, profile: nasty, outputDigest: nasty, seedCompat: [{ ...sampleSeedCompat![0]!, row: nasty }] },
  schedule: { source: nasty.repeat(100), events: 1, hash: nasty },
  verdict: { state: 'no_ship', reasons: [nasty.repeat(100)] },
});

describe('texts that were made to be obeyed', () => {
  it('move nothing on a terminal', () => {
    // oxlint-disable-next-line no-control-regex
    expect(terminal(hostile)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it('are text in Markdown', () => {
    expect(renderColonyMarkdown(buildColonyView(hostile))).not.toMatch(/<img|[^\\]\]\(http|@team|:\/\//);
  });
});

describe('renderers', () => {
  it('know nothing but the view', () => {
    const files = filesIn('colony/report/render', '.ts');
    const imports = files.flatMap((file) =>
      [...readFileSync(join(projectRoot, file), 'utf8').matchAll(/from '(.+?)'/g)].map(([, from]) => from!),
    );
    const known =
      /colony-view\.js$|view-figures\.js$|\/plots\/[\w-]+\.js$|\/sdk\/page\/[\w-]+\.js$|^\.\/[\w-]+\.js$|readiness-suites\/report\/|sdk\/cli\/render\/|^node:/;
    expect([files.length > 1, imports.filter((it) => !known.test(it))]).toEqual([true, []]);
  });
});
