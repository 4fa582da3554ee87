import { DurableFlowError } from '../../sdk/errors/index.js';
import { auditOf, type Audit } from '../../sdk/lineage/index.js';
import type { History } from '../../sdk/store/index.js';
import { verdict, type MatcherVerdict } from './verdict.js';

/** What a run may have used up at the most. */
export interface RunBudget {
  /** US dollars. A model call of which nobody knows what it cost is over any such limit. */
  readonly usd?: number;
  /** Tokens, in and out. */
  readonly tokens?: number;
  readonly modelCalls?: number;
}

/** Whether a run used up no more than this, by its record: what `flow.audit(id)` or `flow.exportHistory(id)` returns. */
export function toStayWithinBudget(received: unknown, { usd, tokens, modelCalls }: RunBudget): MatcherVerdict {
  const { run, totals } = auditIn(received);
  const used = totals.inputTokens + totals.outputTokens;
  const over = [
    usd !== undefined && totals.unknownCosts > 0 ? `nobody knows what ${totals.unknownCosts} of its model calls cost` : undefined,
    usd !== undefined && totals.costUsd > usd ? `it cost $${totals.costUsd}, more than $${usd}` : undefined,
    tokens !== undefined && used > tokens ? `it used ${used} tokens, more than ${tokens}` : undefined,
    modelCalls !== undefined && totals.modelCalls > modelCalls
      ? `it asked models ${totals.modelCalls} times, more than ${modelCalls}`
      : undefined,
  ].filter((it) => it !== undefined);
  return verdict(`run "${run.id}"`, 'stay within its budget', over.length > 0 ? over.join(', and ') : undefined);
}

function auditIn(received: unknown): Audit {
  const given = (received ?? {}) as Partial<Audit> & Partial<History>;
  if (given.format === 'durableflow.history') return auditOf(given as History);
  if (given.totals && given.run) return given as Audit;
  throw new DurableFlowError('DF_INVALID_INPUT', 'toStayWithinBudget takes what flow.audit(id) or flow.exportHistory(id) returns');
}
