import { isDeepStrictEqual } from 'node:util';

/** A place at which two values differ. */
export interface ValueDifference {
  /** From the root of both, as JavaScript would write it; empty if they differ as a whole. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Deeper down, and in what is neither an array nor a plain object, values differ as a whole. */
const deepest = 12;

/** The places at which two values differ, in the order of their keys; none if they are equal. */
export function valueDifferences(before: unknown, after: unknown, path = '', depth = 0): ValueDifference[] {
  if (isDeepStrictEqual(before, after)) return [];
  const whole = [{ path, before, after }];
  if (depth === deepest || !isTree(before) || !isTree(after) || Array.isArray(before) !== Array.isArray(after)) return whole;
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const found = keys.flatMap((key) => valueDifferences(before[key], after[key], joined(path, key, Array.isArray(before)), depth + 1));
  // One has a field that is undefined, and the other lacks it.
  return found.length > 0 ? found : whole;
}

function isTree(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

function joined(path: string, key: string, isIndex: boolean): string {
  if (isIndex) return `${path}[${key}]`;
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
