import { dollars } from '../../lineage/audit-words.js';
import { markup, type Markup } from '../../page/markup.js';
import { readingStyle } from '../../page/reading-style.js';
import { staticPage } from '../../page/static-page.js';
import type { PlanTrace, TraceAttempt } from '../plan-trace.js';

const states: Readonly<Record<PlanTrace['state'], readonly [word: string, tone: string]>> = {
  answered: ['answered', 'good'],
  failed: ['no answer', 'bad'],
  infeasible: ['nobody was asked', 'seen'],
  running: ['under way', 'used'],
  abandoned: ['given up', 'dim'],
};

/** The trace as a page of its own. It loads nothing, runs no script, and shows text of strangers as text. */
export function traceHtml(trace: PlanTrace): string {
  const [word, tone] = states[trace.state];
  const { costUsd, chargedUsd, durationMs, attempts } = trace.totals;
  const facts: readonly (readonly [string, string])[] = [
    ['request', trace.requestId],
    ['kind of work', trace.taskClass],
    ['constraints', trace.constraints.length > 0 ? trace.constraints.join('; ') : 'none'],
    ['charged', `${dollars(chargedUsd)}${chargedUsd === costUsd ? '' : `; ${dollars(costUsd)} is known to be spent`}`],
    ['took', `${seconds(durationMs)}, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`],
  ];
  const considered = trace.considered.map(({ target, verdict, reason }) => [target, verdict, reason]);
  const predictions = trace.predictions.map(({ what, predicted, actual }) => [what, predicted, actual]);
  const body = markup`<main>
<p class="tone ${tone}">${word}</p>
<h1>${trace.headline}</h1>
${trace.confidenceNote !== '' && markup`<p class="note">${trace.confidenceNote}</p>`}
<dl>${facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${section('What would change it', trace.wouldChange.length > 0 && markup`<ul>${trace.wouldChange.map((it) => markup`<li>${it}</li>`)}</ul>`)}
${section('Tried', tried(trace))}
${section('Considered', table(['target', 'verdict', 'why'], considered, 'considered'))}
${section('Predicted and actual', table(['', 'predicted', 'actual'], predictions, 'compared'))}
</main>`;
  return staticPage({ title: trace.headline, style: `${readingStyle}${style}`, body });
}

const section = (title: string, content: Markup | undefined | false) => content && markup`<section><h2>${title}</h2>${content}</section>`;

function table(heads: readonly string[], rows: readonly (readonly string[])[], kind: string): Markup | undefined {
  if (rows.length === 0) return undefined;
  const cells = (row: readonly string[]) => row.map((cell, index) => markup`<td data-name="${heads[index]}">${cell}</td>`);
  return markup`<table class="${kind}"><thead><tr>${heads.map((it) => markup`<th>${it}</th>`)}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${cells(row)}</tr>`)}</tbody></table>`;
}

/** The attempts one after the other, each as long as it took. */
function tried({ escalation, shadow, chosen, totals }: PlanTrace): Markup | undefined {
  const longest = Math.max(totals.durationMs, shadow?.durationMs ?? 0, 1);
  const toneOf = (index: number) => (chosen !== undefined && index === escalation.length - 1 ? 'good' : 'bad');
  const items = escalation.map((it, index) => attempt(it, toneOf(index), longest));
  if (shadow) items.push(attempt(shadow, 'dim', longest, 'beside the answer, to learn of it'));
  return items.length === 0 ? undefined : markup`<ol class="tried">${items}</ol>`;
}

function attempt({ target, words, detail, durationMs, chargedUsd }: TraceAttempt, tone: string, longest: number, beside?: string): Markup {
  const width = Math.max(0.5, (durationMs / longest) * 100).toFixed(1);
  return markup`<li class="${tone}"><div class="what"><strong>${target}</strong> <span class="tone ${tone}">${words}</span>
${beside !== undefined && markup`<small>${beside}</small>`}<span class="figures">${seconds(durationMs)}, ${dollars(chargedUsd)}</span></div>
<div class="bar"><div style="width:${width}%"></div></div>${detail !== undefined && markup`<p class="detail">${detail}</p>`}</li>`;
}

const seconds = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

const style = `
.tone { display: inline-block; border: 1px solid currentColor; border-radius: 999px; padding: 0 9px; font-size: 12.5px; white-space: nowrap; }
.tone.good { color: var(--good); font-weight: 600; }
.tone.bad { color: var(--bad); }
.tone.seen { color: var(--seen); }
.tone.used { color: var(--used); }
.tone.dim { color: var(--dim); }
main > .tone { margin: 0 0 8px; }
.note { color: var(--dim); margin: -8px 0 16px; }
h1 { text-wrap: balance; }
section ul { margin: 0; padding-left: 20px; }
.tried { list-style: none; margin: 0; padding: 0; display: grid; gap: 12px; }
.what { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 8px; }
.what small { color: var(--dim); }
.figures { margin-left: auto; color: var(--dim); font-variant-numeric: tabular-nums; }
.bar { height: 6px; border-radius: 3px; background: var(--page); margin-top: 4px; overflow: hidden; }
.bar div { height: 100%; border-radius: 3px; background: var(--dim); }
.good .bar div { background: var(--good); }
.bad .bar div { background: var(--bad); }
.detail { color: var(--dim); font-size: 13.5px; }
td:first-child { white-space: nowrap; }
td:nth-child(2) { white-space: normal; }
@media (max-width: 640px) {
  td:first-child { flex-basis: 100%; font-weight: 600; white-space: normal; }
  .compared td + td::before { content: attr(data-name) " "; color: var(--dim); }
}
`;
