import { z } from 'zod';
import { objectives, privacyLevels, type Constraints, type OutputCheck } from '../constraints.js';
import { tiers } from '../target.js';
import { ProxyError } from './proxy-error.js';

const floors = tiers.filter((tier) => tier !== 'local');

/** One thing that a client said and that is refused. */
export interface ConstraintProblem {
  /** The header, or the path in the body. */
  readonly param: string;
  readonly message: string;
  /** What may be said; undefined where that is no list. */
  readonly allowed?: readonly string[];
}

type Reading = { readonly value: unknown } | { readonly expected: string; readonly allowed?: readonly string[] };

/** A constraint that can be said in a header and in the body: one reader for both, so that they cannot differ. */
interface Field {
  readonly header: string;
  readonly inBody: string;
  readonly key: keyof Constraints;
  readonly read: (said: unknown) => Reading;
}

const fields: readonly Field[] = [
  {
    header: 'x-max-cost',
    inBody: 'max_cost',
    key: 'maxCostUsd',
    read: amount('an amount of US dollars from 0, such as 0.01', (it) => it >= 0),
  },
  {
    header: 'x-max-latency',
    inBody: 'max_latency',
    key: 'maxLatencyMs',
    read: amount('milliseconds above 0, such as 2000', (it) => it > 0),
  },
  { header: 'x-privacy', inBody: 'privacy', key: 'privacy', read: oneOf(privacyLevels) },
  { header: 'x-region', inBody: 'region', key: 'region', read: word('the name of a region, such as eu') },
  { header: 'x-tier-floor', inBody: 'tier_floor', key: 'tierFloor', read: oneOf(floors) },
  { header: 'x-objective', inBody: 'objective', key: 'objective', read: oneOf(objectives) },
  { header: 'x-budget-id', inBody: 'budget_id', key: 'budgetId', read: word('the id of a budget') },
  { header: 'x-shadow', inBody: 'shadow', key: 'shadow', read: flag },
];

const outputCheck = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('json') }),
  z.strictObject({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) }),
  z.strictObject({ type: z.literal('regex'), pattern: z.string().min(1).max(1000), flags: z.string().max(8).optional() }),
]);

const known = new Set([...fields.map(({ inBody }) => inBody), 'check']);

/**
 * What the client asks for, of its headers and of the field `planner` of its body; a header wins. All that is wrong is told
 * at once. Throws a `ProxyError` with status 400.
 */
export function constraintsOf(header: (name: string) => string | undefined, said: unknown): Constraints {
  const problems: ConstraintProblem[] = [];
  const inBody = bodyFields(said, problems);
  const constraints: { -readonly [Key in keyof Constraints]?: unknown } = {};
  for (const field of fields) {
    const fromHeader = header(field.header);
    const value = fromHeader ?? inBody.get(field.inBody);
    if (value === undefined || value === null) continue;
    const reading = field.read(typeof value === 'string' ? value.trim() : value);
    if ('value' in reading) constraints[field.key] = reading.value;
    else problems.push(problem(fromHeader === undefined ? `planner.${field.inBody}` : headerName(field.header), reading));
  }
  const check = inBody.get('check');
  if (check !== undefined && check !== null) constraints.check = checkOf(check, problems);
  if (problems.length > 0) throw invalid(problems);
  return constraints as Constraints;
}

function bodyFields(said: unknown, problems: ConstraintProblem[]): ReadonlyMap<string, unknown> {
  if (said === undefined || said === null) return new Map();
  if (typeof said !== 'object' || Array.isArray(said)) {
    problems.push({ param: 'planner', message: 'planner must be an object' });
    return new Map();
  }
  const entries = Object.entries(said);
  for (const [name] of entries)
    if (!known.has(name))
      problems.push({ param: `planner.${name.slice(0, 60)}`, message: 'there is no such constraint', allowed: [...known] });
  return new Map(entries);
}

function checkOf(said: unknown, problems: ConstraintProblem[]): OutputCheck | undefined {
  const read = outputCheck.safeParse(said);
  if (read.success) return read.data as OutputCheck;
  const [issue] = read.error.issues;
  const path = ['planner', 'check', ...(issue?.path ?? [])].join('.');
  const isType = path === 'planner.check.type';
  problems.push({
    param: path,
    message: isType ? 'there is no such check here; functions are for the library' : (issue?.message ?? 'it is no check'),
    ...(isType && { allowed: ['json', 'json_schema', 'regex'] }),
  });
  return undefined;
}

function invalid(problems: readonly ConstraintProblem[]): ProxyError {
  const [first] = problems;
  const words = problems.map(({ param, message, allowed }) => `${param}: ${message}${allowed ? ` (allowed: ${allowed.join(', ')})` : ''}`);
  return new ProxyError(400, 'invalid_constraint', `${words.join('; ')}.`, { param: first!.param, extra: { problems } });
}

function problem(param: string, { expected, allowed }: Exclude<Reading, { value: unknown }>): ConstraintProblem {
  return { param, message: `it must be ${expected}`, ...(allowed && { allowed }) };
}

/** `X-Max-Cost`, as people write it. */
const headerName = (name: string) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

function oneOf(allowed: readonly string[]) {
  return (said: unknown): Reading =>
    allowed.includes(said as string) ? { value: said } : { expected: 'one of those that are allowed', allowed };
}

function amount(expected: string, isAllowed: (value: number) => boolean) {
  return (said: unknown): Reading => {
    const value = typeof said === 'string' && /^\d+(\.\d+)?(e-?\d+)?$/i.test(said) ? Number(said) : said;
    return typeof value === 'number' && Number.isFinite(value) && isAllowed(value) ? { value } : { expected };
  };
}

function word(expected: string) {
  return (said: unknown): Reading => (typeof said === 'string' && /^[\w.:@/-]{1,128}$/.test(said) ? { value: said } : { expected });
}

function flag(said: unknown): Reading {
  if (said === true || said === 'true' || said === '1') return { value: true };
  if (said === false || said === 'false' || said === '0') return { value: false };
  return { expected: 'true or false', allowed: ['true', 'false'] };
}
