import type { AgentView, BlockerView, Fact, ModeView, ReadinessView } from '../../readiness-view.js';
import { markup, type Markup } from '../../../../sdk/page/markup.js';
import { staticPage } from '../../../../sdk/page/static-page.js';
import { modeMatrix } from './mode-matrix.js';
import { pageStyle } from './page-style.js';
import { categoryBars, headlineTiles, scoreScale } from './score-section.js';
import { sign } from './signs.js';
import { failedTrials } from './trial-section.js';

/** The report as one page that asks nothing of the network and runs no script. */
export function renderHtml(view: ReadinessView): string {
  const { verdict, agents, reservations } = view;
  const names = agents.map(({ name }) => name).join(', ');
  return staticPage({
    title: `${verdict.word}: ${names}`,
    style: pageStyle,
    body: markup`
  <header class="verdict ${verdict.tone}">
    <div class="inner">
      <p class="brand">DurableFlow readiness</p>
      <h1>${sign(verdict.tone)} ${verdict.word}</h1>
      <p class="sentence">${verdict.sentence}</p>
      ${reservations.map((it) => markup`<p class="reservation">${it}</p>`)}
      ${agents[0]?.blocker && blockerBox(agents[0].blocker)}
    </div>
  </header>
  <main class="inner">
    ${agents.length > 1 && agentList(agents)}
    ${agents.map(agentSection)}
    ${rulesSection(view)}
  </main>
  <footer class="inner"><dl>${view.run.map(fact)}</dl></footer>
`,
  });
}

function blockerBox({ title, reason, reproduce }: BlockerView): Markup {
  return markup`
    <div class="blocker">
      <p class="label">Primary blocker: ${title}</p>
      <p class="what">${reason}</p>
      ${reproduce !== undefined && markup`<pre class="command" tabindex="0">${reproduce}</pre>`}
    </div>`;
}

function agentList(agents: readonly AgentView[]): Markup {
  return markup`
    <nav class="card agents" aria-label="Agents"><ul>${agents.map(
      ({ name, verdict, score }, i) =>
        markup`<li><a href="#agent-${i}">${sign(verdict.tone)} <strong>${name}</strong></a> <span>${verdict.word}, ${score.durable ?? '–'} of 100</span></li>`,
    )}</ul></nav>`;
}

function agentSection(agent: AgentView, index: number): Markup {
  const { name, place, verdict, blocker, modes } = agent;
  const holds = (mode: ModeView) => !mode.failures.some(({ arm }) => arm === 'durable');
  const failures = modes.filter((mode) => mode.failures.length > 0).toSorted((one, other) => Number(holds(one)) - Number(holds(other)));
  // The first agent's verdict and blocker stand at the head of the page.
  const hasOwnVerdict = index > 0;
  return markup`
    <section class="agent" id="agent-${index}">
      <h2>${name} <small>${place}</small></h2>
      ${hasOwnVerdict && markup`<p class="own ${verdict.tone}">${sign(verdict.tone)} <strong>${verdict.word}</strong> ${verdict.sentence}</p>`}
      ${hasOwnVerdict && blocker && blockerBox(blocker)}
      <div class="card"><h3>Durability delta</h3>${scoreScale(agent)}${categoryBars(agent)}</div>
      ${agent.headlines.length > 0 && headlineTiles(agent)}
      <div class="card"><h3>Modes</h3>${modeMatrix(agent)}</div>
      ${failures.length > 0 && markup`<div class="card"><h3>What did not pass</h3>${failures.map(failedTrials)}</div>`}
      <div class="card"><h3>Judged by</h3><dl class="facts">${agent.rules.map(fact)}</dl></div>
    </section>`;
}

function rulesSection({ baseline, changes }: ReadinessView): Markup {
  return markup`
    <section class="card">
      <h3>Changes of the rules</h3>
      <p>${baseline}</p>
      ${changes.length > 0 && markup`<ul class="changes">${changes.map(({ tone, text }) => markup`<li>${sign(tone)} ${text}</li>`)}</ul>`}
    </section>`;
}

const fact = ({ label, text }: Fact) => markup`<div><dt>${label}</dt><dd>${text}</dd></div>`;
