import { markup, type Markup } from '../../../sdk/page/markup.js';
import { staticPage } from '../../../sdk/page/static-page.js';
import { pageStyle } from '../../../readiness-suites/report/render/html/page-style.js';
import { sign } from '../../../readiness-suites/report/render/html/signs.js';
import type { Fact } from '../../../readiness-suites/report/readiness-view.js';
import type { ArmView, CellView, ColonyView, DeltaView, FigureView } from '../colony-view.js';
import { openPlotter } from '../plots/draw-plot.js';
import { saidFigure } from '../view-figures.js';
import { colonyStyle } from './colony-style.js';
import { billedFigure, breakEvenFigure, curvesFigure, pairedDeltasFigure, slotsFigure } from './plot-figures.js';
import { plotFigure, type PlotFigure } from './plot-figure.js';

/**
 * The benchmark as one page that asks nothing of the network and runs no script; the same view has the same bytes.
 *
 * @throws {DurableFlowError} `DF_PEER_MISSING` if ECharts, which draws the plots, is not installed.
 */
export async function renderColonyPage(view: ColonyView): Promise<string> {
  const draw = await openPlotter();
  const plot = (figure: PlotFigure | undefined) => figure && plotFigure(draw, figure);
  const { verdict, reasons, deltas, facts, run } = view;
  return staticPage({
    title: `${verdict.word}: Colony`,
    style: `${pageStyle}${colonyStyle}`,
    body: markup`
  <header class="verdict ${verdict.tone}">
    <div class="inner">
      <p class="brand">DurableFlow Colony</p>
      <h1>${sign(verdict.tone)} ${verdict.word}</h1>
      <p class="sentence">${verdict.sentence}</p>
      ${reasons.length > 0 && markup`<ul class="reasons">${reasons.map((it) => markup`<li>${it}</li>`)}</ul>`}
    </div>
  </header>
  <main class="inner">
    ${deltas.length > 0 && markup`<section class="card"><h3>What durability changes</h3><div class="deltas">${deltas.map(deltaPair)}</div></section>`}
    ${plot(breakEvenFigure(view))}
    ${plot(pairedDeltasFigure(view))}
    ${armsSection(view)}
    ${plot(curvesFigure(view))}
    ${plot(billedFigure(view))}
    ${plot(slotsFigure(view))}
    <section class="card"><h3>Protocol</h3><dl class="facts">${facts.map(fact)}</dl></section>
    ${seedCompatSection(view)}
  </main>
  <footer class="inner"><dl>${run.map(fact)}</dl></footer>
`,
  });
}

const fact = ({ label, text }: Fact) => markup`<div><dt>${label}</dt><dd>${text}</dd></div>`;

/** The difference that the verdict is about comes first, and largest. */
function deltaPair({ title, judged, points, cost }: DeltaView): Markup {
  const foremost = points.filter((it) => it.foremost);
  const others = points.filter((it) => !it.foremost);
  return markup`
    <div class="delta-pair ${judged && 'judged'}">
      <h4>${title}</h4>
      <dl class="figures">
        ${foremost.map((it) => figure(`done in ${it.factor}× the ideal span`, it, true))}
        ${cost ? figure('cost of a completed job', cost, true) : markup`<div class="foremost"><dt>cost of a completed job</dt><dd>none to compare</dd></div>`}
        ${others.map((it) => figure(`done in ${it.factor}×`, it, false))}
      </dl>
    </div>`;
}

const figure = (label: string, it: FigureView, foremost: boolean) =>
  markup`<div class="${it.tone} ${foremost && 'foremost'}"><dt>${label}</dt><dd><span class="value">${saidFigure(it)}</span><span class="within">95%: ${it.interval}</span></dd></div>`;

function armsSection({ arms, measures, legend, violations }: ColonyView): Markup {
  const kind = ({ id }: ArmView) => (id.startsWith('durable') ? 'durable-arm' : 'naive-arm');
  const cell = ({ tone, text, note }: CellView, arm: ArmView) =>
    markup`<td class="${tone} ${kind(arm)}"><span class="cell-value">${text}</span>${note !== '' && markup`<span class="within">${note}</span>`}</td>`;
  return markup`
    <section class="card">
      <h3>All arms</h3>
      <div class="scroll" tabindex="0">
        <table class="data arms">
          <thead><tr><td></td>${arms.map((arm) => markup`<th scope="col" class="${kind(arm)}" title="${arm.title}">${arm.name}</th>`)}</tr></thead>
          <tbody>${measures.map(
            ({ label, meaning, cells }) =>
              markup`<tr><th scope="row" title="${meaning}">${label}</th>${cells.map((it, i) => cell(it, arms[i]!))}</tr>`,
          )}</tbody>
        </table>
      </div>
      <p class="arms-note">${legend}</p>
      ${violations.length > 0 && markup`<ul class="broken">${violations.map((it) => markup`<li>${it}</li>`)}</ul>`}
      <details><summary>What is measured</summary><dl class="facts arms-list">${measures.map(({ label, meaning }) => fact({ label, text: meaning }))}</dl></details>
    </section>`;
}

function seedCompatSection({ seedCompat }: ColonyView): Markup | false {
  if (seedCompat.length === 0) return false;
  return markup`
    <section class="card flawed">
      <h3>Flawed protocol, kept for comparison</h3>
      <p class="note">Its arms have unequal retry budgets, its jobs are short against the losses, and nothing is really killed.</p>
      <div class="scroll" tabindex="0">
        <table class="data">
          <thead><tr><th scope="col">Schedule</th><th scope="col">naive</th><th scope="col">durable</th></tr></thead>
          <tbody>${seedCompat.map(({ row, naive, durable }) => markup`<tr><th scope="row">${row}</th><td>${naive}</td><td>${durable}</td></tr>`)}</tbody>
        </table>
      </div>
    </section>`;
}
