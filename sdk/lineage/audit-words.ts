import type { ArtifactState } from '../store/index.js';
import type { Audit, AuditDecision, AuditModelCall, AuditSource, AuditUse } from './audit.js';

/** What each state means, as a person reads it. */
export const stateWords: Readonly<Record<ArtifactState, string>> = {
  influential: 'credited',
  consumed: 'given to a model',
  selected: 'selected',
  rejected: 'rejected',
  retrieved: 'offered',
  observed: 'seen',
};

const reasons: Readonly<Record<string, string>> = {
  over_budget: 'no room: what ranks higher had taken it',
  too_long: 'longer than one item may be',
  not_relevant: 'not relevant enough',
  duplicate: 'says the same as an item that is in',
};

/** Why an item is where it is; empty if that goes without saying. */
export function reasonWords({ state, reason, pinned }: AuditUse): string {
  if (reason !== undefined) return reasons[reason] ?? reason;
  return pinned && state !== 'observed' ? 'pinned' : '';
}

/** Where an argument came from. */
export function sourceWords(from: AuditSource): string {
  if (from.kind === 'input') return "the run's input";
  return from.kind === 'call' ? `what ${from.method} (call ${from.call}) returned` : 'made by run()';
}

/** What a budget has made of the items that were offered; undefined where there was no budget. */
export function budgetWords({ budget, material }: Pick<AuditDecision, 'budget' | 'material'>): string | undefined {
  if (!budget) return undefined;
  const offered = material.filter(({ state, rank }) => state !== 'observed' || rank !== undefined);
  const chosen = offered.filter(({ state }) => state !== 'rejected' && state !== 'retrieved');
  return (
    `${amount(chosen.length)} of ${items(offered.length)} selected, ${tokens(budget.tokens)}; ` +
    `a prompt may have ${amount(budget.maxTokens)}, ${amount(budget.reserve)} of them kept for what is beside the items`
  );
}

/** One question to a model and what came of it. */
export function modelCallWords(call: AuditModelCall): string {
  const { target, model, provider, outcome, durationMs, usage, costUsd, chargedUsd, attempt } = call;
  const name = target !== undefined && target !== model ? `${target} (${model}, ${provider})` : `${model} (${provider})`;
  const end = outcome === 'answered' ? 'answered' : outcome === 'unfinished' ? 'was given up' : `gave no answer (${outcome})`;
  const used = usage ? `${amount(promptTokens(usage))} tokens in, ${amount(usage.outputTokens)} out` : undefined;
  const money =
    costUsd === undefined ? `cost not known${chargedUsd === undefined ? '' : `, ${dollars(chargedUsd)} charged`}` : dollars(costUsd);
  const retry = attempt > 1 ? `, attempt ${attempt}` : '';
  return `${name} ${end} after ${seconds(durationMs)}${retry}: ${[used, money].filter(Boolean).join(', ')}`;
}

/** The sums of a run, one sentence each. */
export function totalWords({ totals, artifacts }: Audit): { readonly knew: string; readonly asked: string } {
  const counted = (Object.keys(stateWords) as ArtifactState[]).flatMap((state) =>
    totals.material[state] > 0 ? [`${amount(totals.material[state])} ${stateWords[state]}`] : [],
  );
  const unknown = totals.unknownCosts > 0 ? `, and ${amount(totals.unknownCosts)} of unknown cost` : '';
  return {
    knew: artifacts.length === 0 ? 'no material on record' : `${pieces(artifacts.length)} of material: ${counted.join(', ')}`,
    asked:
      totals.modelCalls === 0
        ? 'no model'
        : `${amount(totals.modelCalls)} ${totals.modelCalls === 1 ? 'call' : 'calls'} to models, ${amount(totals.answered)} answered: ` +
          `${amount(totals.inputTokens)} tokens in, ${amount(totals.outputTokens)} out, ${dollars(totals.costUsd)}${unknown}`,
  };
}

/** All tokens of a prompt, cached ones included. */
export const promptTokens = ({ inputTokens, cacheReadTokens, cacheWriteTokens }: NonNullable<AuditModelCall['usage']>): number =>
  inputTokens + cacheReadTokens + cacheWriteTokens;

/** US dollars to the micro-dollar, without zeros that say nothing. */
export const dollars = (usd: number): string => `$${usd.toFixed(6).replace(/0{1,4}$/, '')}`;

export const amount = (n: number): string => n.toLocaleString('en');
const tokens = (n: number) => `${amount(n)} ${n === 1 ? 'token' : 'tokens'}`;
const items = (n: number) => `${amount(n)} ${n === 1 ? 'item' : 'items'}`;
const pieces = (n: number) => `${amount(n)} ${n === 1 ? 'piece' : 'pieces'}`;
const seconds = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
