import type { AgentView, ModeView, ReadinessView } from '../readiness-view.js';

/** The report as JUnit XML: a test suite an agent with the verdict as properties, a test case a mode. */
export function renderJunit(view: ReadinessView): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="readiness" ${totals(view.agents.flatMap(({ modes }) => modes))}>`,
    ...view.agents.flatMap(testSuite),
    '</testsuites>',
    '',
  ].join('\n');
}

function testSuite(agent: AgentView): string[] {
  const { verdict, blocker, score, categories } = agent;
  const properties: readonly (readonly [string, string | number | undefined])[] = [
    ['verdict', verdict.word],
    ['sentence', verdict.sentence],
    ['blocker', blocker && `${blocker.title}: ${blocker.reason}`],
    ['threshold', score.threshold],
    ['score.naked', score.naked],
    ['score.durable', score.durable],
    ...categories.flatMap(({ name, naked, durable }) => [[`${name}.naked`, naked] as const, [`${name}.durable`, durable] as const]),
  ];
  return [
    `  <testsuite name="${escape(agent.name)}" file="${escape(agent.place)}" ${totals(agent.modes)}>`,
    '    <properties>',
    ...properties.flatMap(([name, value]) => (value === undefined ? [] : [property(`readiness.${name}`, String(value))])),
    '    </properties>',
    ...agent.modes.flatMap((mode) => testCase(agent, mode)),
    '  </testsuite>',
  ];
}

const property = (name: string, value: string) => `      <property name="${escape(name)}" value="${escape(value)}"/>`;

function testCase({ name }: AgentView, mode: ModeView): string[] {
  const open = `    <testcase classname="${escape(name)}" name="${escape(mode.title)}"`;
  const body = outcome(mode);
  return body === undefined ? [`${open}/>`] : [`${open}>`, body, '    </testcase>'];
}

function outcome({ durable, reason, reproduce }: ModeView): string | undefined {
  if (durable.tone === 'good') return undefined;
  if (durable.tone === 'none') return `      <skipped message="${escape(reason)}"/>`;
  const tag = durable.tone === 'bad' ? 'failure' : 'error';
  return `      <${tag} message="${escape(reason)}">${escape(reproduce ?? '')}</${tag}>`;
}

function totals(modes: readonly ModeView[]): string {
  const count = (tone: string) => modes.filter(({ durable }) => durable.tone === tone).length;
  return `tests="${modes.length}" failures="${count('bad')}" errors="${count('unsure')}" skipped="${count('none')}"`;
}

/** XML has no place for most control characters, not even as references; the view holds none. */
function escape(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
  return text.replace(/[&<>"']/g, (it) => names[it]!).replace(/[\uFFFE\uFFFF]/g, '\uFFFD');
}
