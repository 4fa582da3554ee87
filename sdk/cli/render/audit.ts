import type { Audit, AuditDecision, AuditStep, AuditUse, FoundUse } from '../../index.js';
import { amount, budgetWords, modelCallWords, reasonWords, sourceWords, stateWords, totalWords } from '../../lineage/audit-words.js';
import { fields, indent } from './fields.js';
import type { Colors, Look } from './look.js';
import { plain } from './plain.js';
import { statusText } from './status.js';
import { table } from './table.js';
import { moment } from './time.js';

const paint: Readonly<Record<AuditUse['state'], (colors: Colors) => (text: string) => string>> = {
  influential: (colors) => colors.green,
  consumed: (colors) => colors.cyan,
  selected: (colors) => colors.cyan,
  rejected: (colors) => colors.dim,
  retrieved: (colors) => colors.dim,
  observed: (colors) => colors.yellow,
};

/** What a run knew, asked and credits, call by call. */
export function auditText(audit: Audit, look: Look): string {
  const { run } = audit;
  const { knew, asked } = totalWords(audit);
  const head = fields(
    [
      ['run', look.colors.bold(plain(run.id))],
      ['workflow', `${plain(run.workflow)}, version ${plain(run.version)}`],
      ['status', statusText(run.status, look.colors)],
      ['started', moment(run.createdAt, look.now)],
      ['taken up', run.claims === 1 ? undefined : `${run.claims} times`],
      ['parent', run.parent && plain(run.parent)],
      ['input', `digest ${run.inputDigest}`],
      ['knew', knew],
      ['asked', asked],
    ],
    look,
  );
  const calls = [...new Set([...audit.steps, ...audit.decisions].map(({ call }) => call))].sort((a, b) => a - b);
  return [head, ...calls.map((call) => callText(audit, call, look))].join('\n\n');
}

function callText(audit: Audit, call: number, look: Look): string {
  const step = audit.steps.find((it) => it.call === call);
  const decision = audit.decisions.find((it) => it.call === call);
  const name = plain((step ?? decision)!.method);
  const title = `${look.colors.dim(`call ${call}`)}  ${look.colors.bold(name)}  ${endText(step, look)}`;
  const inner = { ...look, width: look.width - 2 };
  const told = [...peopleText(audit, call), ...(decision ? decisionText(decision, inner) : [])];
  return [title, ...told.map((text) => indent(text, 2))].join('\n');
}

function endText(step: AuditStep | undefined, { colors }: Look): string {
  if (!step) return colors.yellow('no outcome on record');
  const attempts = step.attempts > 1 ? ` in attempt ${step.attempts}` : '';
  return step.outcome === 'returned' ? `returned${attempts}` : colors.red(`threw ${plain(step.error ?? 'an error')}${attempts}`);
}

/** What people and the outside world had to do with a call. */
function peopleText({ approvals, effects }: Audit, call: number): string[] {
  return [
    ...approvals
      .filter((it) => it.call === call)
      .map(({ verdict, by, edited }) =>
        verdict === undefined
          ? 'waits for a decision'
          : `${verdict}${by === undefined ? '' : ` by ${plain(by)}`}${edited ? ', with other arguments than were asked for' : ''}`,
      ),
    ...effects
      .filter((it) => it.call === call)
      .map(({ key, state }) => `effect ${state === 'intended' ? 'not settled' : state}, key ${plain(key)}`),
  ];
}

function decisionText(decision: AuditDecision, look: Look): string[] {
  const { material, modelCalls, inherited } = decision;
  const given = decision.arguments.map(({ index, from }) => `argument ${index}: ${plain(sourceWords(from))}`);
  const budget = budgetWords(decision);
  return [
    ...(inherited ? ['taken over from the run that this one was forked from'] : []),
    ...(given.length > 0 ? [given.join('; ')] : []),
    ...(budget ? [budget] : []),
    ...materialText(material, look),
    ...modelCalls.map((call) => `${look.colors.dim('asked')} ${plain(modelCallWords(call))}`),
  ];
}

const order = ['influential', 'consumed', 'selected', 'observed', 'retrieved', 'rejected'] as const satisfies readonly AuditUse['state'][];

function materialText(material: readonly AuditUse[], look: Look): string[] {
  if (material.length === 0) return [];
  // What was only seen has nothing to be compared by.
  if (material.every(({ state }) => state === 'observed')) {
    const seen = paint.observed(look.colors)(stateWords.observed);
    return [`${seen} ${amount(material.length)}:`, ...material.map(({ reference }) => indent(plain(reference), 2))];
  }
  const number = (n: number | undefined) => (n === undefined ? '' : amount(n));
  const sorted = [...material].sort(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.rank ?? Infinity) - (b.rank ?? Infinity) || 0,
  );
  return [
    table(
      [
        { head: 'item', wraps: true },
        { head: 'state' },
        { head: 'tokens' },
        { head: 'score' },
        { head: 'rank' },
        { head: 'why', wraps: true },
      ],
      sorted.map((use) => [
        plain(use.reference),
        paint[use.state](look.colors)(stateWords[use.state]),
        number(use.tokens),
        use.score === undefined ? '' : use.score.toFixed(2),
        number(use.rank),
        plain(reasonWords(use)),
      ]),
      look,
    ),
  ];
}

/** Which calls of which runs had a piece of material. */
export function usesText(uses: readonly FoundUse[], look: Look): string {
  if (uses.length === 0) return 'No run on record had it.';
  return table(
    [
      { head: 'run', wraps: true },
      { head: 'call' },
      { head: 'method' },
      { head: 'state' },
      { head: 'when' },
      { head: 'item', wraps: true },
    ],
    uses.map(({ runId, call, method, state, recordedAt, reference }) => [
      plain(runId),
      String(call),
      plain(method),
      paint[state](look.colors)(stateWords[state]),
      moment(new Date(recordedAt), look.now),
      plain(reference),
    ]),
    look,
  );
}
