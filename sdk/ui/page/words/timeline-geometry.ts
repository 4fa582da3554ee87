import type { Moment, Resumption, TimelineEntry } from '../../contract.js';
import { timeScale, type Shortened, type Span } from './time-scale.js';

/** A part of a bar, between 0 and 1 of the width. */
export interface Piece {
  readonly from: number;
  readonly until: number;
}

export interface Bar extends Piece {
  readonly waits: readonly Piece[];
}

export interface Geometry {
  /** One a call, in their order. */
  readonly bars: readonly Bar[];
  /** Where the run was taken up again. */
  readonly lines: readonly number[];
  readonly shortened: readonly Shortened[];
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Where the bars of a run's calls stand; what is open reaches until now. */
export function timelineGeometry(
  run: { readonly createdAt: Moment; readonly timeline: readonly TimelineEntry[]; readonly resumptions: readonly Resumption[] },
  now: number,
): Geometry {
  const entries = run.timeline.map((entry) => {
    const span = spanOf(entry.startedAt, entry.endedAt, now);
    return { span, waits: entry.waits.map((wait) => clip(spanOf(wait.from, wait.until, now), span)) };
  });
  const resumed = run.resumptions.map(({ at }) => Date.parse(at));
  const whole = {
    from: Math.min(Date.parse(run.createdAt), ...entries.map(({ span }) => span.from)),
    until: Math.max(Date.parse(run.createdAt) + 1, ...entries.map(({ span }) => span.until), ...resumed),
  };
  const scale = timeScale(
    whole,
    entries.flatMap(({ span, waits }) => without(span, waits)),
  );
  const piece = ({ from, until }: Span): Piece => ({ from: scale.place(from), until: scale.place(until) });
  return {
    bars: entries.map(({ span, waits }) => ({ ...piece(span), waits: waits.map(piece) })),
    lines: resumed.map((moment) => scale.place(moment)),
    shortened: scale.shortened,
    fromMs: whole.from,
    untilMs: whole.until,
  };
}

function spanOf(from: Moment, until: Moment | null, now: number): Span {
  const start = Date.parse(from);
  return { from: start, until: Math.max(start, until === null ? now : Date.parse(until)) };
}

function clip(span: Span, by: Span): Span {
  const from = Math.min(Math.max(span.from, by.from), by.until);
  return { from, until: Math.max(from, Math.min(span.until, by.until)) };
}

/** What is left of a span without its waits. */
function without(span: Span, waits: readonly Span[]): readonly Span[] {
  const left: Span[] = [];
  let from = span.from;
  for (const wait of [...waits].sort((a, b) => a.from - b.from)) {
    if (wait.from > from) left.push({ from, until: wait.from });
    from = Math.max(from, wait.until);
  }
  if (span.until > from) left.push({ from, until: span.until });
  return left;
}
