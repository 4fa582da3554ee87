import { readFile } from 'node:fs/promises';
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { DurableFlowError } from '../../errors/index.js';
import { listPrices, priceOf } from '../../models/prices.js';
import type { PlannerTarget } from '../target.js';
import { configSchema, knownKeys, type StatedConfig, type StatedTarget } from './config-schema.js';
import { nearestName } from './nearest-name.js';
import type { PlannerConfig } from './planner-config.js';
import { targetDefaults } from './target-defaults.js';

/** What is wrong at one place of the file. */
export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  /** Such as `targets[1].tier`; empty for the whole file. */
  readonly path: string;
  readonly message: string;
}

/**
 * Reads a file `targets.yaml`.
 *
 * @throws DurableFlowError `DF_PLAN_CONFIG` with all that is wrong in it, each with its line, in `details.problems`.
 */
export async function readConfig(file: string): Promise<PlannerConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new DurableFlowError('DF_PLAN_CONFIG', `${file} cannot be read: ${(cause as Error).message}`, {
      details: { file, problems: [] },
      cause,
    });
  }
  return parseConfig(text, file);
}

/** The same for its text; `name` goes into messages. */
export function parseConfig(text: string, name = 'targets.yaml'): PlannerConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const where = (path: readonly PropertyKey[], key?: string) => place(document, lines, path, key);
  let problems: ConfigProblem[] = document.errors.map(({ message, linePos }) => ({
    line: linePos?.[0].line ?? 1,
    column: linePos?.[0].col ?? 1,
    path: '',
    message: message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, ''),
  }));
  if (problems.length === 0) {
    const parsed = configSchema.safeParse(valueOf(document));
    if (parsed.success) {
      problems = contradictions(parsed.data).map(({ path, message }) => ({ ...where(path), path: pathText(path), message }));
      if (problems.length === 0) return configOf(parsed.data);
    } else problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, where, document));
  }
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  const told = problems.map(({ line, column, path, message }) => `${name}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`);
  throw new DurableFlowError('DF_PLAN_CONFIG', `${told.length === 1 ? '' : `${told.length} problems:\n`}${told.join('\n')}`, {
    details: { file: name, problems },
  });
}

/** Undefined for what unfolds to more than it should. */
function valueOf(document: Document): unknown {
  try {
    return document.toJS() ?? {};
  } catch {
    return undefined;
  }
}

type Where = (path: readonly PropertyKey[], key?: string) => Pick<ConfigProblem, 'line' | 'column'>;

function problemsOf(issue: z.core.$ZodIssue, where: Where, document: Document): ConfigProblem[] {
  if (issue.code !== 'unrecognized_keys')
    return [{ ...where(issue.path), path: pathText(issue.path), message: issueWords(issue, document.hasIn(issue.path)) }];
  return issue.keys.map((key) => {
    const known = knownKeys(issue.path);
    const nearest = nearestName(key, known);
    const message = nearest ? `there is no such key; is ${nearest} meant?` : `there is no such key; there are ${known.join(', ')}`;
    return { ...where(issue.path, key), path: pathText([...issue.path, key]), message };
  });
}

function issueWords(issue: z.core.$ZodIssue, isThere: boolean): string {
  if (issue.code === 'invalid_value') return `${isThere ? 'must be' : 'is missing;'} one of ${issue.values.map(String).join(', ')}`;
  if (!isThere && issue.path.length > 0) return 'is missing';
  if (issue.code === 'too_small' && issue.origin !== 'string' && issue.origin !== 'array') return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big' && issue.origin !== 'string' && issue.origin !== 'array') return `must be at most ${issue.maximum}`;
  return issue.message.replace(/^Invalid input: /, '');
}

interface Contradiction {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What each field allows and all together do not. */
function contradictions({ targets, budgets, proxy }: StatedConfig): Contradiction[] {
  return [
    ...targets.flatMap((target, index) =>
      targetContradictions(target).map(({ path, message }) => ({ path: ['targets', index, ...path], message })),
    ),
    ...twice('targets', targets),
    ...twice('budgets', budgets),
    ...(proxy.tokenEnv === undefined && !isLoopback(proxy.host)
      ? [{ path: ['proxy', 'host'], message: 'others can reach this address, so tokenEnv is needed: a token that callers must send' }]
      : []),
  ];
}

function targetContradictions(target: StatedTarget): Contradiction[] {
  const { tier, privacy = targetDefaults[tier].privacy, prices, model, contextWindow, maxOutputTokens, baseUrl } = target;
  const defaults = targetDefaults[tier];
  const [window, output] = [
    contextWindow ?? defaults.contextWindow,
    maxOutputTokens ?? Math.min(defaults.maxOutputTokens, contextWindow ?? Infinity),
  ];
  return [
    ...(prices === undefined && privacy !== 'local' && !priceOf(model, listPrices)
      ? [{ path: ['prices'], message: `is missing, and the price of model "${model}" is not known: state input and output in dollars per million tokens` }]
      : []),
    ...(output > window ? [{ path: ['maxOutputTokens'], message: `an answer of ${output} tokens does not fit into a context window of ${window}` }] : []),
    ...(privacy === 'local' && !isLoopback(hostOf(baseUrl ?? defaults.baseUrl))
      ? [{ path: ['privacy'], message: 'local means that a prompt stays on this machine, and the address in baseUrl is elsewhere' }]
      : []),
  ]; // prettier-ignore
}

function twice(list: 'targets' | 'budgets', entries: readonly { readonly id: string }[]): Contradiction[] {
  return entries.flatMap(({ id }, index) => {
    const first = entries.findIndex((it) => it.id === id);
    return first < index ? [{ path: [list, index, 'id'], message: `"${id}" is the id of ${list}[${first}] already` }] : [];
  });
}

/** Whether an address is one of this machine alone. */
export function isLoopback(host: string | undefined): boolean {
  return host !== undefined && /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

const hostOf = (url: string | undefined) => (url === undefined ? undefined : new URL(url).hostname);

function configOf({ targets, budgets, proxy }: StatedConfig): PlannerConfig {
  return { targets: targets.map(targetOf), budgets, proxy: { ...proxy, tokenEnv: proxy.tokenEnv } };
}

function targetOf(stated: StatedTarget): PlannerTarget {
  const defaults = targetDefaults[stated.tier];
  const contextWindow = stated.contextWindow ?? defaults.contextWindow;
  return {
    ...defaults,
    ...(stated as { [Key in keyof StatedTarget]: Exclude<StatedTarget[Key], undefined> }),
    name: stated.name ?? stated.id,
    prices: pricesOf(stated),
    baseUrl: stated.baseUrl ?? (stated.api === 'openai' ? defaults.baseUrl : undefined),
    apiKeyEnv: stated.apiKeyEnv,
    contextWindow,
    maxOutputTokens: stated.maxOutputTokens ?? Math.min(defaults.maxOutputTokens, contextWindow),
  };
}

function pricesOf({ prices, model }: StatedTarget): PlannerTarget['prices'] {
  if (!prices) return priceOf(model, listPrices) ?? { input: 0, output: 0 };
  // What was not stated is absent, not undefined: prices are plain data that is compared and journaled.
  return JSON.parse(JSON.stringify(prices)) as PlannerTarget['prices'];
}

/** Where something stands in the file; what is missing stands where it would belong. */
function place(document: Document, lines: LineCounter, path: readonly PropertyKey[], key?: string): Pick<ConfigProblem, 'line' | 'column'> {
  let node: unknown = document.contents;
  let at: unknown = node;
  for (const step of key === undefined ? path : [...path, key]) {
    const entry = isMap(node) ? node.items.find((it) => isScalar(it.key) && it.key.value === step) : undefined;
    const next: unknown = entry ? entry.value : (node as { get?: (key: unknown, keep: boolean) => unknown } | undefined)?.get?.(step, true);
    if (next === undefined && !entry) break;
    at = entry && (key !== undefined || next === null) ? entry.key : next;
    node = next;
  }
  const [offset = 0] = (at as { range?: [number] } | null)?.range ?? [];
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

const pathText = (path: readonly PropertyKey[]) =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`),
    '',
  );
