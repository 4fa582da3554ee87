import { assertKnownFormat } from '../errors/assert-known-format.js';
import { DurableFlowError } from '../errors/index.js';
import { decode } from '../journal/index.js';
import { endedStatuses, type History } from '../store/index.js';

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Check>>;

const text: Check = (value) => typeof value === 'string';
const integer: Check = Number.isSafeInteger;
const number: Check = Number.isFinite;
const flag: Check = (value) => typeof value === 'boolean';
const encoded: Check = (value) => decodesTo(value, () => true);
const encodedList: Check = (value) => decodesTo(value, Array.isArray);
const encodedError: Check = (value) => decodesTo(value, isObject);
const names: Check = (value) => Array.isArray(value) && value.every(text) && new Set(value).size === value.length;
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string);
const optional = (check: Check): Check => (value) => value === undefined || check(value); // prettier-ignore

const runFields: Fields = {
  id: text, workflow: text, version: text, input: encoded, inputDigest: text, createdAt: integer, updatedAt: integer,
  wakeAt: optional(integer), deadlineAt: optional(integer), cancelReason: optional(text), epoch: integer, priority: integer,
  status: oneOf('pending', 'running', 'waiting', 'in_doubt', ...endedStatuses),
}; // prettier-ignore

/** The lists of a history, and the field that no two entries of a list may share. */
const lists: Readonly<Record<string, { readonly fields: Fields; readonly key?: string }>> = {
  journal: {
    fields: { seq: integer, call: integer, name: text, digest: text, attempts: integer, startedAt: integer, endedAt: integer, outcome: oneOf('returned', 'threw'), value: encoded },
    key: 'seq',
  },
  approvals: {
    fields: {
      call: integer, method: text, digest: text, args: encodedList, show: text, requestedAt: integer, expiresAt: optional(integer), verdict: optional(oneOf('approved', 'rejected', 'expired')),
      decidedBy: optional(text), decidedAt: optional(integer), reason: optional(text), quorum: integer, deciders: optional(names), approvedBy: names, edited: optional(encodedList), code: text,
    },
    key: 'call',
  },
  effects: {
    fields: {
      call: integer, method: text, scope: text, key: text, digest: text, state: oneOf('intended', 'done', 'failed', 'confirmed', 'denied', 'abandoned'), value: optional(encoded),
      intendedAt: integer, settledAt: optional(integer), resolvedBy: optional(text),
    },
  },
  waits: { fields: { call: integer, name: text, digest: text, wakeAt: optional(integer), since: integer }, key: 'call' },
  signals: { fields: { name: text, payload: encoded, state: oneOf('pending', 'taken', 'refused'), sentAt: integer } },
}; // prettier-ignore

const decisionFields: Fields = {
  call: integer, method: text, recordedAt: integer, inherited: flag,
  budget: optional((it) => isObject(it) && integer(it['maxTokens']) && integer(it['reserve']) && integer(it['tokens']) && text(it['queryDigest'])),
}; // prettier-ignore
const artifactFields: Fields = {
  reference: text, digest: text, reason: optional(text), tokens: optional(integer), score: optional(number), rank: optional(integer), pinned: flag, content: optional(text),
  state: oneOf('observed', 'retrieved', 'selected', 'rejected', 'consumed', 'influential'),
}; // prettier-ignore
const modelCallFields: Fields = {
  attempt: integer, target: optional(text), provider: text, model: text, answeredBy: optional(text), outcome: text, startedAt: integer, durationMs: number, promptDigest: text,
  answerDigest: optional(text), usage: optional(isUsage), costUsd: optional(number), chargedUsd: optional(number), maxTokens: integer, stopReason: optional(text), requestId: optional(text),
  prompt: optional(text), answer: optional(text),
}; // prettier-ignore

/**
 * Throws `DF_HISTORY_INVALID`, naming the first place that is wrong, if this is not what `flow.exportHistory` returns, and `DF_FORMAT_NEWER` if a newer
 * version has written it.
 */
export function assertHistory(history: History): void {
  if (isObject(history) && history.format === 'durableflow.history') assertKnownFormat('the history', history.formatVersion, 1);
  if (!isObject(history) || history.format !== 'durableflow.history' || history.formatVersion !== 1)
    throw invalid('this is not a history in a format that this version reads');
  const { run, attributes } = history;
  assertFields(run, runFields, 'run');
  assertOutcome(run);
  for (const [list, { fields, key }] of Object.entries(lists)) {
    const entries = (history as unknown as Record<string, unknown>)[list];
    if (!Array.isArray(entries)) throw invalid(`${list} of the history is no list`);
    for (const [index, entry] of entries.entries()) assertFields(entry, fields, `${list}[${index}]`);
    if (key && new Set(entries.map((entry: Record<string, unknown>) => entry[key])).size < entries.length)
      throw invalid(`${list} of the history has the same ${key} twice`);
  }
  for (const [index, { outcome, value }] of history.journal.entries())
    if (outcome === 'threw' && !encodedError(value)) throw invalid(`journal[${index}].value of the history is no encoded error`);
  assertDecisions(history.decisions);
  if (!isObject(attributes) || !Object.values(attributes).every(text)) throw invalid('attributes of the history are not names and texts');
}

function assertDecisions(decisions: unknown): void {
  if (decisions === undefined) return;
  const calls = new Set<unknown>();
  assertEach(decisions, decisionFields, 'decisions', (decision, where) => {
    if (calls.has(decision['call'])) throw invalid('decisions of the history has the same call twice');
    calls.add(decision['call']);
    assertEach(decision['artifacts'], artifactFields, `${where}.artifacts`);
    assertEach(decision['modelCalls'], modelCallFields, `${where}.modelCalls`);
  });
}

function assertEach(list: unknown, fields: Fields, where: string, further?: (entry: Record<string, unknown>, where: string) => void): void {
  if (!Array.isArray(list)) throw invalid(`${where} of the history is no list`);
  for (const [index, entry] of list.entries()) {
    assertFields(entry, fields, `${where}[${index}]`);
    further?.(entry as Record<string, unknown>, `${where}[${index}]`);
  }
}

function isUsage(value: unknown): boolean {
  const counts = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'reasoningTokens'];
  return isObject(value) && counts.every((name) => number(value[name]));
}

function assertFields(entry: unknown, fields: Fields, where: string): void {
  if (!isObject(entry)) throw invalid(`${where} of the history is no object`);
  const wrong = Object.entries(fields).find(([name, check]) => !check(entry[name]));
  if (wrong) throw invalid(`${where}.${wrong[0]} of the history is missing or not what it must be`);
}

function assertOutcome({ status, outcome }: History['run']): void {
  const ended = (endedStatuses as readonly string[]).includes(status);
  const check = status === 'completed' ? encoded : ended ? encodedError : (value: unknown) => value === undefined;
  if (!check(outcome)) throw invalid('run.outcome of the history does not go with its status');
}

function decodesTo(value: unknown, check: Check): boolean {
  try {
    return typeof value === 'string' && check(decode(value));
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const invalid = (what: string) => new DurableFlowError('DF_HISTORY_INVALID', what);
