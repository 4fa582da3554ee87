import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { benchmarkResultText } from '../../../colony/report/benchmark-result.js';
import { buildColonyView } from '../../../colony/report/build-view.js';
import type { ColonyReport } from '../../../colony/report/colony-report.js';
import { renderColonyPage } from '../../../colony/report/render/page.js';
import { writeColonyReport } from '../../../colony/report/write-report.js';
import { sampleBreakEven, sampleReport, sampleSeedCompat } from '../sample-result.js';

const page = (report: ColonyReport) => renderColonyPage(buildColonyView(report));
const whole = sampleReport({ breakEven: sampleBreakEven(), seedCompat: sampleSeedCompat! });

describe('the page of a benchmark', () => {
  let html: string;
  beforeAll(async () => {
    html = await page(whole);
  });

  it('says the verdict, and draws every plot with a title, a text and its data', () => {
    for (const text of [
      'SHIP',
      '+55.6 points',
      'Where it pays',
      'loses at 0.02',
      'Flawed protocol, kept for comparison',
      whole.schedule.hash,
    ])
      expect(html).toContain(text);
    const figures = html.match(/<figure class="plot">/g)!.length;
    expect(figures).toBe(5);
    expect(html.match(/role="img" aria-label="[^"]{40,}"/g)).toHaveLength(2 * figures);
    expect(html.match(/<summary>The data<\/summary>/g)).toHaveLength(figures);
  });

  it('asks nothing of the network, and runs no script', () => {
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|\bsrc=|https?:|@import|url\((?!#)/);
  });

  it('has the same bytes every time, though the library counts what it has drawn', async () => {
    expect(await page(whole)).toBe(html);
  });

  it('has no id twice, and all that its drawings refer to', () => {
    const ids = [...html.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(5);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...html.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('takes its colours from the scheme of the reader', () => {
    const svg = html.match(/<div class="wide"[\s\S]*?<\/svg>/g)!.join('');
    const fixed = [...svg.matchAll(/(?:fill|stroke)="(?!none|var\(--)([^"]*)"/g)].map(([, color]) => color!);
    // Shapes that only clip others are filled with black, which nobody sees.
    expect([...new Set(fixed)]).toEqual(['#000']);
  });

  it('is whole without break-even, pictures and completed jobs', async () => {
    const { picture: _, ...bare } = sampleReport();
    const bareHtml = await page({ ...bare, arms: [], comparisons: [] });
    expect(bareHtml).not.toContain('<figure');
    expect(bareHtml).toContain('Protocol');
  });

  it('takes texts for texts', async () => {
    const nasty = '"><img src=x onerror=alert(1)></text>';
    const { leases, ...rest } = whole.picture![0]!;
    const named = leases.map((it) => ({ ...it, spans: it.spans.map((span) => ({ ...span, job: nasty })) }));
    const hostileHtml = await page({ ...whole, job: nasty, profile: nasty, picture: [{ ...rest, leases: named }] });
    expect(hostileHtml).not.toMatch(/<img|<\/text>"/);
    expect(hostileHtml).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });
});

describe('the files of a report', () => {
  it('are the result, and what people read of it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'colony-'));
    try {
      await writeColonyReport(join(folder, 'deep/er'), whole);
      expect(readdirSync(join(folder, 'deep/er')).toSorted()).toEqual(['benchmark_result.json', 'colony.html', 'colony.md']);
      expect(readFileSync(join(folder, 'deep/er/benchmark_result.json'), 'utf8')).toBe(benchmarkResultText(whole));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('lost work in the picture of the slots', () => {
  const lease = (spans: readonly (readonly ['work' | 'checkpoint' | 'paused' | 'idle', string | undefined])[]) => ({
    ...{ slot: 0, acquiredAt: 0, endedAt: spans.length, end: 'destroyed' as const },
    spans: spans.map(([kind, job], i) => ({ kind, job, from: i, to: i + 1 })),
  });
  const kinds = (arm: 'scratch' | 'durable', spans: Parameters<typeof lease>[0]) =>
    buildColonyView({ ...whole, picture: [{ arm, spanSeconds: 1, leases: [lease(spans)] }] }).plots.slots[0]!.machines[0]!.spans.map(
      ({ kind }) => kind,
    );

  it('is what the job had done since its last record, and without an engine all of it', () => {
    expect(kinds('durable', [['work', 'a'], ['checkpoint', 'a'], ['work', 'a']])).toEqual(['work', 'checkpoint', 'lost']); // prettier-ignore
    expect(kinds('scratch', [['work', 'a'], ['work', 'b'], ['work', 'b']])).toEqual(['work', 'lost', 'lost']); // prettier-ignore
    expect(kinds('scratch', [['work', 'a'], ['paused', undefined]])).toEqual(['lost', 'paused']); // prettier-ignore
    expect(kinds('scratch', [['work', 'a'], ['idle', undefined]])).toEqual(['work', 'idle']); // prettier-ignore
  });
});
