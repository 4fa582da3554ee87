import type { RunDetails } from '../../flow/run-view.js';
import type { AuditModelCall } from '../../lineage/index.js';
import type { ModelCallLine, TimelineEntry } from '../contract.js';
import { errorWords, maybeMoment, moment, shownValue } from './view-value.js';

/** The calls of a run in their order, what is open included. */
export function viewTimeline(run: RunDetails, modelCalls: ReadonlyMap<number, readonly AuditModelCall[]>): TimelineEntry[] {
  const calls = [run.steps, run.approvals, run.effects, run.waits].flatMap((list) => list.map(({ call }) => call));
  return [...new Set([...calls, ...modelCalls.keys()])]
    .toSorted((a, b) => a - b)
    .map((call) => entry(run, call, modelCalls.get(call) ?? []));
}

function entry(run: RunDetails, call: number, asked: readonly AuditModelCall[]): TimelineEntry {
  const step = run.steps.find((it) => it.call === call);
  const approval = run.approvals.find((it) => it.call === call);
  const effect = run.effects.find((it) => it.call === call);
  const wait = run.waits.find((it) => it.call === call);
  const method = step?.method ?? effect?.method ?? approval?.method ?? wait?.name ?? 'a call';
  const kind = kindOf(method, effect !== undefined, approval !== undefined);
  const begins = [step?.startedAt, approval?.requestedAt, effect?.intendedAt, wait?.since, asked[0]?.startedAt];
  const startedAt = new Date(Math.min(...begins.flatMap((it) => (it ? [it.getTime()] : []))));
  const isInDoubt = !step && run.status === 'in_doubt' && effect?.state === 'intended';
  return {
    call,
    method,
    kind,
    outcome: step?.outcome ?? (isInDoubt ? 'in_doubt' : 'open'),
    attempts: step?.attempts ?? 0,
    startedAt: moment(startedAt),
    endedAt: maybeMoment(step?.endedAt),
    waits: [
      ...(approval ? [{ what: 'a decision', from: moment(approval.requestedAt), until: maybeMoment(approval.decidedAt) }] : []),
      ...(kind === 'sleep' || kind === 'signal' || kind === 'child'
        ? [{ what: kind === 'sleep' ? 'time' : method, from: moment(startedAt), until: maybeMoment(step?.endedAt) }]
        : []),
    ],
    value: shownValue(step?.value),
    error: step?.outcome === 'threw' ? errorWords(step.error) : null,
    effect: effect ? { key: effect.key, state: effect.state, resolvedBy: effect.resolvedBy ?? null } : null,
    modelCalls: asked.map(viewModelCall),
    costUsd: asked.reduce((sum, { costUsd = 0 }) => sum + Math.round(costUsd * 1e6), 0) / 1e6,
  };
}

function kindOf(method: string, isEffect: boolean, isGated: boolean): TimelineEntry['kind'] {
  if (isEffect) return 'effect';
  if (isGated) return 'approval';
  // The engine keeps these names to itself.
  if (method === 'sleep') return 'sleep';
  if (method.startsWith('signal:')) return 'signal';
  if (method.startsWith('child:')) return 'child';
  return ['now', 'random', 'uuid'].includes(method) || method.startsWith('patched:') ? 'other' : 'step';
}

function viewModelCall(call: AuditModelCall): ModelCallLine {
  return {
    attempt: call.attempt,
    provider: call.provider,
    model: call.answeredBy ?? call.model,
    outcome: call.outcome,
    startedAt: moment(call.startedAt),
    durationMs: call.durationMs,
    inputTokens: call.usage?.inputTokens ?? null,
    outputTokens: call.usage?.outputTokens ?? null,
    costUsd: call.costUsd ?? null,
  };
}
