import type { Audit, AuditDecision, AuditUse } from './audit.js';
import { amount, budgetWords, modelCallWords, reasonWords, sourceWords, stateWords, totalWords } from './audit-words.js';
import { escapeHtml } from '../page/escape-html.js';
import { Markup } from '../page/markup.js';
import { readingStyle } from '../page/reading-style.js';
import { staticPage } from '../page/static-page.js';
import { lineagePicture, lineageStyle } from './lineage-picture.js';

/**
 * The audit as a page of its own: the lineage as a picture, then every call in words. It loads nothing, runs no script, and
 * shows text of strangers as text.
 *
 * @example
 * ```ts
 * import { auditHtml, DurableFlow, step, workflow } from 'durableflow';
 *
 * @workflow({ name: 'adder' })
 * class Adder {
 *   run(n: number) {
 *     return this.add(n);
 *   }
 *
 *   @step()
 *   async add(n: number) {
 *     return n + 1;
 *   }
 * }
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Adder, () => new Adder());
 * await (await flow.start(Adder, 1, { id: 'r-1' })).result();
 * console.log(auditHtml(flow.audit('r-1')).includes('no model')); // true
 * await flow.close();
 * ```
 */
export function auditHtml(audit: Audit): string {
  const { run } = audit;
  const { knew, asked } = totalWords(audit);
  const calls = [...new Set([...audit.steps, ...audit.decisions].map(({ call }) => call))].sort((a, b) => a - b);
  const facts: readonly (readonly [string, string])[] = [
    ['workflow', `${run.workflow}, version ${run.version}`],
    ['status', run.status],
    ['started', run.createdAt.toISOString()],
    ['last change', run.updatedAt.toISOString()],
    ['taken up', run.claims === 1 ? 'once' : `${run.claims} times`],
    ...(run.parent === undefined ? [] : [['parent', run.parent] as const]),
    ['input', `digest ${run.inputDigest}`],
    ['knew', knew],
    ['asked', asked],
  ];
  const body = `<main>
<h1>What <span class="id">${escapeHtml(run.id)}</span> knew, asked and credits</h1>
<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>
<ul class="legend">${legend}</ul>
<div class="picture">${lineagePicture(audit)}</div>
${calls.map((call) => callSection(audit, call)).join('\n')}
</main>`;
  return staticPage({ title: `Audit of ${run.id}`, style: `${readingStyle}${style}${lineageStyle}`, body: Markup.trusted(body) });
}

const legend = (Object.keys(stateWords) as AuditUse['state'][])
  .map((state) => `<li class="state ${state}">${stateWords[state]}</li>`)
  .join('');

function callSection(audit: Audit, call: number): string {
  const step = audit.steps.find((it) => it.call === call);
  const decision = audit.decisions.find((it) => it.call === call);
  const end = !step ? 'no outcome on record' : step.outcome === 'returned' ? 'returned' : `threw ${step.error}`;
  const notes = [
    ...(step && step.attempts > 1 ? [`It took ${step.attempts} attempts.`] : []),
    ...audit.approvals
      .filter((it) => it.call === call)
      .map(({ verdict, by }) =>
        verdict ? `A person decided: ${verdict}${by === undefined ? '' : ` by ${by}`}.` : 'It waits for a decision.',
      ),
    ...audit.effects.filter((it) => it.call === call).map(({ state, key }) => `Effect ${state}, key ${key}.`),
    ...(decision ? decisionNotes(decision) : []),
  ];
  return `<section><h2><small>call ${call}</small> ${escapeHtml((step ?? decision)!.method)} <span class="end${step?.outcome === 'threw' ? ' threw' : ''}">${escapeHtml(end)}</span></h2>
${notes.map((note) => `<p>${escapeHtml(note)}</p>`).join('\n')}
${decision && decision.material.length > 0 ? materialOf(decision.material) : ''}
${decision ? decision.modelCalls.map((it) => `<p class="asked">${escapeHtml(modelCallWords(it))}</p>${kept('Prompt', it.prompt)}${kept('Answer', it.answer)}`).join('\n') : ''}
</section>`;
}

function decisionNotes(decision: AuditDecision): string[] {
  const budget = budgetWords(decision);
  return [
    ...(decision.inherited ? ['Taken over from the run that this one was forked from.'] : []),
    ...decision.arguments.map(({ index, from }) => `Argument ${index}: ${sourceWords(from)}.`),
    ...(budget ? [`${budget}.`] : []),
  ];
}

/** What was only seen has nothing to be compared by. */
function materialOf(material: readonly AuditUse[]): string {
  if (material.some(({ state }) => state !== 'observed')) return materialTable(material);
  const items = material.map(
    ({ reference, digest, content }) =>
      `<li title="${escapeHtml(`digest ${digest}`)}">${escapeHtml(reference)}${kept('Text', content)}</li>`,
  );
  return `<p><span class="state observed">${stateWords.observed}</span></p><ul class="seen">${items.join('')}</ul>`;
}

function materialTable(material: readonly AuditUse[]): string {
  const number = (n: number | undefined) => (n === undefined ? '' : amount(n));
  const rows = material.map(
    (use) =>
      `<tr class="${use.state}"><td class="item" title="${escapeHtml(`digest ${use.digest}`)}">${escapeHtml(use.reference)}${kept('Text', use.content)}</td>` +
      `<td><span class="state ${use.state}">${stateWords[use.state]}</span></td><td class="n" data-name="tokens">${number(use.tokens)}</td>` +
      `<td class="n" data-name="score">${use.score === undefined ? '' : use.score.toFixed(2)}</td><td class="n" data-name="rank">${number(use.rank)}</td>` +
      `<td>${escapeHtml(reasonWords(use))}</td></tr>`,
  );
  return `<table><thead><tr><th>item</th><th>state</th><th class="n">tokens</th><th class="n">score</th><th class="n">rank</th><th>why</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const kept = (name: string, text: string | undefined) =>
  text === undefined ? '' : `<details><summary>${name}</summary><pre>${escapeHtml(text)}</pre></details>`;

const style = `
.picture { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin: 0 0 24px; }
.legend { display: flex; flex-wrap: wrap; gap: 6px; list-style: none; padding: 0; margin: 0 0 8px; }
.state { display: inline-block; border: 1px solid var(--line); border-radius: 999px; padding: 0 9px; font-size: 12.5px; white-space: nowrap; color: var(--dim); }
.state.influential { color: var(--good); border-color: currentColor; font-weight: 600; }
.state.consumed, .state.selected { color: var(--used); border-color: currentColor; }
.state.observed { color: var(--seen); border-color: currentColor; }
.state.rejected, .state.retrieved { border-style: dashed; }
.asked { border-left: 3px solid var(--used); padding-left: 10px; margin-top: 10px; }
.item { overflow-wrap: anywhere; font-family: ui-monospace, monospace; font-size: 12.5px; }
.seen { margin: 4px 0 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: 2px 14px; font-family: ui-monospace, monospace; font-size: 12.5px; }
.seen li { overflow-wrap: anywhere; }
tr.rejected .item { color: var(--dim); }
@media (max-width: 640px) {
  .item { flex-basis: 100%; }
}
`;
