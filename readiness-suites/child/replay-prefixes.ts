import { replayHistory, type HistoryReplay } from '../../sdk/flow/replay-history.js';
import type { WorkflowClass } from '../../sdk/definition/workflow-definition.js';
import type { ErrorClass } from '../../sdk/journal/index.js';
import type { History } from '../../sdk/store/index.js';

/** What came of replaying the beginning of a history: so many of its recorded calls. */
export interface PrefixReplay {
  readonly calls: number;
  /** The first difference, in words; undefined if it asked for just what is on record. */
  readonly difference: string | undefined;
}

/** More would take longer than it is worth; the whole history is always replayed. */
const mostPrefixes = 40;

/** Replays a history once for each of its awaits: as it stood after no record, after one, and so on. */
export async function replayPrefixes<C extends WorkflowClass>(
  agent: C,
  factory: () => InstanceType<C> | Promise<InstanceType<C>>,
  history: History,
  errors: readonly ErrorClass[] = [],
): Promise<PrefixReplay[]> {
  const replays: PrefixReplay[] = [];
  for (const calls of lengthsOf(history.journal.length)) {
    const replay = await replayHistory(agent, factory, prefixOf(history, calls), { errors });
    replays.push({ calls, difference: differenceIn(replay, history, calls) });
  }
  return replays;
}

function lengthsOf(total: number): number[] {
  const stride = Math.max(1, Math.ceil(total / mostPrefixes));
  return [...new Set([...Array.from({ length: Math.ceil(total / stride) }, (_, i) => i * stride), total])];
}

/** The history as it stood when so many outcomes were on record, and nothing else. */
function prefixOf(history: History, calls: number): History {
  const journal = history.journal.slice(0, calls);
  const kept = new Set(journal.map(({ call }) => call));
  const settled = <T extends { readonly call: number }>(records: readonly T[]) => records.filter(({ call }) => kept.has(call));
  if (calls === history.journal.length) return history;
  return {
    ...history,
    run: { ...history.run, status: 'running', outcome: undefined },
    journal,
    approvals: settled(history.approvals),
    effects: settled(history.effects),
    waits: settled(history.waits),
    decisions: settled(history.decisions ?? []),
  };
}

function differenceIn({ divergence, asks, status }: HistoryReplay, { journal }: History, calls: number): string | undefined {
  if (divergence) {
    const { recorded, asked } = divergence;
    if (!recorded) return `asks for ${asked!.name} although it had come to its end`;
    if (!asked) return `does not ask for ${recorded.name}, which is on record`;
    if (asked.name === recorded.name) return `gives ${asked.name} other arguments than are on record`;
    return `asks for ${asked.name} where ${recorded.name} is on record`;
  }
  const later = journal.slice(calls).map(({ name }) => name);
  const stranger = asks.find((name) => !later.includes(name));
  if (stranger !== undefined) return `goes on with ${stranger}, which it did not do then`;
  if (status !== 'open' && later.length > 0) return `ends there, although it had gone on with ${later[0]}`;
  return undefined;
}
