import type { PlannerConfig } from '../../planner/config/planner-config.js';
import type { PlannerTarget } from '../../planner/target.js';
import type { ServedRequest } from '../../planner/proxy/proxy-app.js';
import { shellWord } from '../next-steps.js';
import type { Look } from './look.js';
import { plain } from './plain.js';
import { table } from './table.js';

/** What is known of a target when the proxy starts. */
export interface TargetCondition {
  readonly target: PlannerTarget;
  /** Undefined if nobody has looked. */
  readonly answers: boolean | undefined;
  /** The environment variable of its key is empty. */
  readonly keyMissing: boolean;
}

/** The targets of a configuration, one a line. */
export function targetsText(conditions: readonly TargetCondition[], look: Look): string {
  return table(
    [{ head: 'target' }, { head: 'tier' }, { head: 'model', wraps: true }, { head: 'prompt goes to' }, { head: '$ per M tokens' }, { head: 'condition' }],
    conditions.map(({ target, ...condition }) => [
      plain(target.name),
      target.tier,
      plain(target.model),
      `${places[target.privacy]}, ${plain(target.region)}`,
      `${target.prices.input} in, ${target.prices.output} out`,
      conditionText({ target, ...condition }, look),
    ]),
    look,
  ); // prettier-ignore
}

const places = { local: 'this machine', vpc: 'own cloud', public: 'a provider' } as const;

function conditionText({ target, answers, keyMissing }: TargetCondition, { colors }: Look): string {
  if (!target.enabled) return colors.dim('switched off');
  if (keyMissing) return colors.yellow(`${target.apiKeyEnv} is not set`);
  if (answers === undefined) return colors.dim('not asked');
  return answers ? colors.green('answers') : colors.yellow('does not answer');
}

/** The budgets of a configuration; empty if there are none. */
export function budgetsText({ budgets }: Pick<PlannerConfig, 'budgets'>, { colors }: Look): string {
  return budgets
    .map(({ id, limitUsd, period }) => `${colors.dim('budget')}  ${plain(id)}: $${limitUsd} ${period === 'day' ? 'a day' : 'altogether'}`)
    .join('\n');
}

/** How a client is pointed at the proxy. */
export function clientText(url: string, tokenEnv: string | undefined, { colors }: Look): string {
  const key = tokenEnv === undefined ? 'none' : `"$${tokenEnv}"`;
  return [
    'Point any OpenAI client at it, and ask for the model "auto":',
    `  ${colors.cyan(`export OPENAI_BASE_URL=${shellWord(`${url}/v1`)}`)}`,
    `  ${colors.cyan(`export OPENAI_API_KEY=${key}`)}`,
  ].join('\n');
}

/** One request, when it is done. */
export function requestText(served: ServedRequest, { colors, now }: Look): string {
  const { status, method, path, targetId, costUsd, durationMs, requestId, streamed, error } = served;
  const paint = status < 400 ? colors.green : status < 500 ? colors.yellow : colors.red;
  const parts = [
    colors.dim(now.toTimeString().slice(0, 8)),
    paint(String(status)),
    targetId === undefined ? `${method} ${plain(path)}` : `${streamed ? 'streamed by' : 'answered by'} ${plain(targetId)}`,
    ...(error === undefined ? [] : [paint(error)]),
    ...(costUsd === undefined ? [] : [`$${costUsd.toFixed(6)}`]),
    `${durationMs.toFixed(0)} ms`,
    ...(requestId === undefined ? [] : [colors.dim(plain(requestId))]),
  ];
  return parts.join('  ');
}
