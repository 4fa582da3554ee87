import { estimateTokens, isSelection, select, type TokenCounter } from '../../context/index.js';
import type { MethodCall } from '../call.js';
import type { CallHost } from '../call-host.js';

/** The arguments, with every `Selection` among them packed under the method's budget; together they share one ceiling. */
export async function selectContext(host: CallHost, call: MethodCall, args: readonly unknown[]): Promise<unknown[]> {
  const { query, maxTokens, ranker, countTokens } = call.method.contextBudget!;
  const asked = query(...args);
  const packed: unknown[] = [];
  // What is pinned in a later selection must still fit when the earlier ones are packed.
  let pinnedLater = args.reduce<number>((sum, arg) => sum + pinnedTokens(arg, countTokens), 0);
  let left = maxTokens;
  for (const arg of args) {
    if (!isSelection(arg)) {
      packed.push(arg);
      continue;
    }
    pinnedLater -= pinnedTokens(arg, countTokens);
    const selection = await select(arg.selected, { query: asked, maxTokens: left - pinnedLater, ranker, countTokens });
    left -= selection.tokens!;
    packed.push(selection);
    host.ports.telemetry.emit('context.selected', host.subject, {
      call: call.index,
      method: call.name,
      selected: selection.selected.length,
      rejected: selection.rejected.length,
      tokens: selection.tokens!,
    });
  }
  return packed;
}

function pinnedTokens(arg: unknown, countTokens: TokenCounter = estimateTokens): number {
  if (!isSelection(arg)) return 0;
  return arg.selected.reduce((sum, { pinned, text }) => sum + (pinned ? countTokens(text) : 0), 0);
}
