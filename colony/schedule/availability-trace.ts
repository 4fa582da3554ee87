import { z } from 'zod';
import { micros, type Micros } from '../time.js';
import { readRows } from './read-rows.js';
import { traceError } from './trace-error.js';

/** A trace that knows how many machines there were, or whether there were any, but follows none. */
export interface AvailabilityTrace {
  readonly kind: 'availability';
  readonly name: string;
  readonly span: Micros;
  /** Each fall of the number of machines, and by how many. */
  readonly drops: readonly { readonly at: Micros; readonly count: number }[];
}

export interface AvailabilityOptions {
  /** Of the trace, for `source` and messages. */
  readonly name: string;
  readonly format: 'csv' | 'json';
  /**
   * What the numbers count. There is no default: traces of the same shape are published with either meaning, and a schedule of the
   * wrong one looks sound.
   */
  readonly counts: 'available' | 'preempted';
}

/**
 * Reads whole numbers over time: 1 and 0 for "one can be had" and "none", or how many machines. Formats:
 *
 * - `csv` with a heading that has the columns `date` and `availability`, as the traces of SkyNomad;
 * - `json`, either a list of `{ date, availability }`, or `{ metadata: { gap_seconds }, data: [1, 0, …] }` as SkyPilot's.
 *
 * Dates are `2023-02-15 22:08:16`, taken as UTC, in order. Throws `DF_COLONY_TRACE`, with the line (of JSON: the entry), for what
 * is none of these.
 */
export function readAvailabilityTrace(text: string, { name, format, counts }: AvailabilityOptions): AvailabilityTrace {
  const samples = format === 'csv' ? samplesOfCsv(text, name) : samplesOfJson(text, name);
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) throw traceError(name, undefined, 'it has no rows');
  const drops: { at: Micros; count: number }[] = [];
  samples.slice(1).forEach(({ line, at, count }, index) => {
    const before = samples[index]!;
    if (at < before.at) throw traceError(name, line, 'its time is before that of the row above; sort the rows by time');
    const fall = counts === 'available' ? before.count - count : count - before.count;
    if (fall > 0) drops.push({ at: at - first.at, count: fall });
  });
  if (drops.length === 0) throw traceError(name, undefined, `nothing was lost in it if the numbers count ${counts} machines`);
  return { kind: 'availability', name, span: last.at - first.at, drops };
}

interface Sample {
  readonly line: number;
  readonly at: Micros;
  readonly count: number;
}

function samplesOfCsv(text: string, name: string): Sample[] {
  return readRows(text, name, 'heading').map(({ line, cells: { date, availability } }) => {
    if (date === undefined || availability === undefined) {
      throw traceError(name, 1, 'the heading must name the columns date and availability');
    }
    return { line, at: momentOf(date, name, line), count: countOf(availability, name, line) };
  });
}

const datedJson = z.array(z.object({ date: z.string(), availability: z.union([z.number(), z.string()]) }));
const spacedJson = z.object({ metadata: z.object({ gap_seconds: z.number().positive() }), data: z.array(z.number()) });

function samplesOfJson(text: string, name: string): Sample[] {
  const given = parseJson(text, name);
  const spaced = spacedJson.safeParse(given);
  if (spaced.success) {
    const { data, metadata } = spaced.data;
    return data.map((count, index) => ({
      line: index + 1,
      at: micros(index * metadata.gap_seconds),
      count: countOf(String(count), name, index + 1),
    }));
  }
  const dated = datedJson.safeParse(given);
  if (!dated.success) {
    const [issue] = (Array.isArray(given) ? dated : spaced).error.issues;
    const entry = typeof issue?.path[0] === 'number' ? issue.path[0] + 1 : undefined;
    throw traceError(name, entry, `${issue?.path.join('.')}: ${issue?.message}`, dated.error);
  }
  return dated.data.map(({ date, availability }, index) => ({
    line: index + 1,
    at: momentOf(date, name, index + 1),
    count: countOf(String(availability), name, index + 1),
  }));
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw traceError(name, undefined, `it is no JSON (${(error as Error).message})`, error);
  }
}

function momentOf(date: string, name: string, line: number): Micros {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)Z?$/.exec(date) ?? [];
  const ms = Date.parse(`${day}T${time}Z`);
  if (day === undefined || Number.isNaN(ms)) throw traceError(name, line, `"${date}" is no time such as 2023-02-15 22:08:16`);
  return ms * 1000;
}

function countOf(text: string, name: string, line: number): number {
  if (!/^\d+(\.0+)?$/.test(text)) throw traceError(name, line, `"${text}" is no whole number of machines`);
  return Number(text);
}
