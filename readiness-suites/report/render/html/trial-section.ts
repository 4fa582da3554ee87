import type { CallView, ModeView, TrialView } from '../../readiness-view.js';
import { markup, type Markup } from '../../../../sdk/page/markup.js';
import { sign } from './signs.js';
import { timeline } from './timeline.js';

/** The trials of a mode that did not pass: those of the durable arm unfolded, those of the naked one to be opened. */
export function failedTrials(mode: ModeView): Markup {
  const { failures, moreFailures, reproduce } = mode;
  if (failures.length === 0) return markup``;
  const durable = failures.filter(({ arm }) => arm === 'durable');
  const naked = failures.filter(({ arm }) => arm === 'naked');
  const again = reproduce !== undefined && markup`<p class="again">Show it again</p><pre class="command" tabindex="0">${reproduce}</pre>`;
  return markup`
    <section class="mode">
      <h4>${mode.title}</h4>
      ${durable.length > 0 && again}
      ${durable.map(trialCard)}
      ${
        naked.length > 0 &&
        markup`<details><summary>Without the engine, ${naked.length} failed</summary>${durable.length === 0 && again}${naked.map(trialCard)}</details>`
      }
      ${moreFailures > 0 && markup`<p class="note">${moreFailures} more are in readiness.json.</p>`}
    </section>`;
}

function trialCard(trial: TrialView): Markup {
  const { arm, tone, title, reason, facts, calls, moreCalls, stderr } = trial;
  return markup`
    <article class="trial ${tone}">
      <h5>${sign(tone)} ${reason}</h5>
      <p class="about"><span class="arm ${arm}">${arm}</span> ${title}</p>
      ${trial.timeline.processes.length > 0 && timeline(trial.timeline)}
      <dl class="facts">${facts.map(({ label, text }) => markup`<div><dt>${label}</dt><dd>${text}</dd></div>`)}</dl>
      ${calls.length > 0 && evidence(calls, moreCalls)}
      ${stderr.length > 0 && markup`<details><summary>Standard error</summary><pre tabindex="0">${stderr.join('\n')}</pre></details>`}
    </article>`;
}

function evidence(calls: readonly CallView[], more: number): Markup {
  return markup`
    <details>
      <summary>What the world has seen: ${calls.length + more} calls</summary>
      <div class="scroll" tabindex="0">
        <table class="calls">
          <thead><tr><th scope="col">Time</th><th scope="col">Process</th><th scope="col">Kind</th><th scope="col">Call</th><th scope="col">Outcome</th></tr></thead>
          <tbody>${calls.map(
            ({ time, process, kind, what, outcome, isFault }) => markup`
            <tr class="${isFault && 'fault'}"><td>${time}</td><td>${process}</td><td>${kind}</td><td><code>${what}</code></td><td>${outcome}</td></tr>`,
          )}</tbody>
        </table>
      </div>
      ${more > 0 && markup`<p class="note">${more} more are in readiness.json.</p>`}
    </details>`;
}
