import { isSelection, perMessage, PromptCeiling, selectTogether, tokenMeasure, type TokenMeasure } from '../../context/index.js';
import type { ContextBudgetOptions } from '../../definition/method-options.js';
import { DurableFlowError } from '../../errors/index.js';
import type { BodyInput, MethodCall } from '../call.js';
import type { CallHost } from '../call-host.js';

/** The arguments, with every `Selection` among them packed under the method's budget; together they are one ranking under one ceiling. */
export async function selectContext(host: CallHost, call: MethodCall, args: readonly unknown[]): Promise<BodyInput> {
  const budget = call.method.contextBudget!;
  const decision = host.decision(call);
  const measure = await tokenMeasure(budget.countTokens);
  const reserve = reserveOf(budget, measure, args, call.name);
  const { maxTokens } = budget;
  const lists = args.filter(isSelection).map(({ selected }) => selected);
  const query = budget.query(...args);
  const selections = await selectTogether(lists, measure, {
    ...budget,
    query,
    maxTokens: Math.max(0, maxTokens - reserve),
  });
  decision.select({ maxTokens, reserve, query }, selections);
  for (const { selected, rejected, tokens } of selections) {
    host.ports.telemetry.emit('context.selected', host.subject, {
      call: call.index,
      method: call.name,
      selected: selected.length,
      rejected: rejected.length,
      tokens: tokens!,
    });
  }
  const itemTokens = selections.reduce((sum, { tokens }) => sum + tokens!, 0);
  const packed = selections.values();
  return {
    args: args.map((arg) => (isSelection(arg) ? packed.next().value : arg)),
    ceiling: new PromptCeiling(measure, { method: call.name, maxTokens, reserve, itemTokens }),
  };
}

function reserveOf(
  { maxTokens, reserve = Math.floor(maxTokens / 4), model }: ContextBudgetOptions<readonly unknown[]>,
  measure: TokenMeasure,
  args: readonly unknown[],
  method: string,
): number {
  const wanted: unknown = typeof reserve === 'function' ? reserve(...args) : reserve;
  // A text is sent in messages: most often a system and a user message.
  if (typeof wanted === 'string') return measure.tokens(measure.size(wanted), model) + 2 * perMessage;
  if (typeof wanted === 'number' && Number.isFinite(wanted) && wanted >= 0) return Math.ceil(wanted);
  throw new DurableFlowError(
    'DF_INVALID_INPUT',
    `reserve of ${method} must return a text or a number of tokens from 0, not ${String(wanted)}`,
  );
}
