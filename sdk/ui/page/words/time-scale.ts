/** A span in milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** A stretch of time in which nothing but waiting was done, drawn shorter than it was. */
export interface Shortened {
  /** Where it begins and ends on the scale. */
  readonly from: number;
  readonly until: number;
  readonly ms: number;
}

/** From a moment to its place between 0 and 1. */
export interface TimeScale {
  place(moment: number): number;
  readonly shortened: readonly Shortened[];
}

/** No more than this share of the time that was worked in is given to one stretch of waiting. */
const idleShare = 0.18;
/** A stretch of work gets at least this share, so that it can be seen. */
const busyShare = 0.004;

/**
 * A scale for a run: work is drawn in proportion, waiting of days beside it only as a short stretch. Otherwise the hours in which a person
 * was waited for would leave no room for the milliseconds in which something was done.
 */
export function timeScale(whole: Span, work: readonly Span[]): TimeScale {
  const edges = new Set([whole.from, whole.until]);
  const inside = (moment: number) => Math.min(Math.max(moment, whole.from), whole.until);
  for (const span of work) edges.add(inside(span.from)).add(inside(span.until));
  const sorted = [...edges].sort((a, b) => a - b);
  const busyUntil = merged(work);
  const stretches = sorted.slice(1).map((until, i) => {
    const from = sorted[i]!;
    return { from, until, ms: until - from, busy: busyUntil(from) >= until };
  });
  const worked = stretches.reduce((sum, { ms, busy }) => sum + (busy ? ms : 0), 0) || 1;
  const places = [0];
  const shortenedAt: number[] = [];
  stretches.forEach(({ ms, busy }, i) => {
    const weight = busy ? Math.max(ms, worked * busyShare) : Math.min(ms, worked * idleShare);
    if (!busy && weight < ms) shortenedAt.push(i);
    places.push(places[i]! + weight);
  });
  const total = places.at(-1) || 1;
  const at = (i: number) => places[i]! / total;
  return {
    place(moment) {
      const clamped = inside(moment);
      let low = 0;
      let high = stretches.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (stretches[middle]!.until < clamped) low = middle + 1;
        else high = middle;
      }
      const stretch = stretches[low];
      if (!stretch || stretch.ms === 0) return 0;
      return at(low) + ((clamped - stretch.from) / stretch.ms) * (at(low + 1) - at(low));
    },
    shortened: shortenedAt.map((i) => ({ from: at(i), until: at(i + 1), ms: stretches[i]!.ms })),
  };
}

/** Until when work goes on from a moment on; the moment itself if there is none. Asked in the order of time. */
function merged(work: readonly Span[]): (moment: number) => number {
  const sorted = [...work].sort((a, b) => a.from - b.from);
  let next = 0;
  let until = -Infinity;
  return (moment) => {
    while (next < sorted.length && sorted[next]!.from <= moment) until = Math.max(until, sorted[next++]!.until);
    return Math.max(until, moment);
  };
}
