import type { Micros } from '../time.js';
import { readRows } from './read-rows.js';
import { traceError } from './trace-error.js';

/** A trace that follows each machine. */
export interface NodeTrace {
  readonly kind: 'nodes';
  readonly name: string;
  readonly span: Micros;
  /** How many machines there were at most at one time. */
  readonly places: number;
  /** A place is held by one machine after another: a new one takes the lowest that is free. */
  readonly losses: readonly { readonly at: Micros; readonly place: number }[];
}

/**
 * Reads rows `ms,add|remove,node` without a heading, as those of Bamboo (NSDI '23), github.com/uclasystem/bamboo: milliseconds since
 * the trace began, in order. Throws `DF_COLONY_TRACE`, with the line, for a row that is none, time that goes back, a machine that
 * is added twice, and one that is removed without being there.
 *
 * @param name of the trace, for `source` and messages
 */
export function readNodeTrace(text: string, name: string): NodeTrace {
  const placeOf = new Map<string, number>();
  const free: number[] = [];
  const losses: { at: Micros; place: number }[] = [];
  let places = 0;
  let last = 0;
  for (const { line, cells } of readRows(text, name, ['ms', 'verb', 'node'])) {
    const node = cells['node']!;
    const ms = /^\d+(\.\d+)?$/.test(cells['ms']!) ? Number(cells['ms']) : Number.NaN;
    if (Number.isNaN(ms)) throw traceError(name, line, `"${cells['ms']}" is no number of milliseconds`);
    if (ms < last) throw traceError(name, line, `${ms} ms comes after ${last} ms; sort the rows by time`);
    if (node === '') throw traceError(name, line, 'the name of the node is missing');
    last = ms;
    const place = placeOf.get(node);
    if (cells['verb'] === 'add') {
      if (place !== undefined) throw traceError(name, line, `"${node}" is added, but it is there already`);
      placeOf.set(node, free.shift() ?? places++);
    } else if (cells['verb'] === 'remove') {
      if (place === undefined) throw traceError(name, line, `"${node}" is removed, but it is not there`);
      placeOf.delete(node);
      free.push(place);
      free.sort((a, b) => a - b);
      losses.push({ at: Math.round(ms * 1000), place });
    } else throw traceError(name, line, `"${cells['verb']}" is neither add nor remove`);
  }
  if (losses.length === 0) throw traceError(name, undefined, 'it has no machine that was removed');
  return { kind: 'nodes', name, span: Math.round(last * 1000), places, losses };
}
