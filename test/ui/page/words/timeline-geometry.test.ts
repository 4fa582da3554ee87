import { describe, expect, it } from 'vitest';
import { timelineGeometry } from '../../../../sdk/ui/page/words/timeline-geometry.js';
import type { TimelineEntry } from '../../../../sdk/ui/contract.js';

const at = (ms: number) => new Date(1_800_000_000_000 + ms).toISOString();
const entry = (from: number, until: number | null, waits: TimelineEntry['waits'] = []): TimelineEntry => ({
  call: 1,
  method: 'work',
  kind: 'step',
  outcome: until === null ? 'open' : 'returned',
  attempts: 1,
  startedAt: at(from),
  endedAt: until === null ? null : at(until),
  waits,
  value: null,
  error: null,
  effect: null,
  modelCalls: [],
  costUsd: 0,
});

describe('timelineGeometry', () => {
  it('places bars, waits inside them and resumptions on one scale', () => {
    const run = {
      createdAt: at(0),
      timeline: [entry(0, 400), entry(400, 1_000, [{ what: 'approval', from: at(500), until: at(520) }])],
      resumptions: [{ claim: 2, at: at(520), host: 'h', pid: 1 }],
    };
    const { bars, lines, shortened, fromMs, untilMs } = timelineGeometry(run, 0);
    expect(bars[0]).toMatchObject({ from: 0, until: 0.4 });
    expect(bars[1]).toMatchObject({ from: 0.4, until: 1, waits: [{ from: 0.5, until: 0.52 }] });
    expect(lines).toEqual([0.52]);
    expect(shortened).toEqual([]);
    expect(untilMs - fromMs).toBe(1_000);
  });

  it('lets what is open reach until now', () => {
    const { bars, untilMs } = timelineGeometry({ createdAt: at(0), timeline: [entry(0, null)], resumptions: [] }, Date.parse(at(700)));
    expect(bars[0]).toMatchObject({ from: 0, until: 1 });
    expect(untilMs).toBe(Date.parse(at(700)));
  });

  it('keeps waits that another clock wrote inside of their bar', () => {
    const { bars } = timelineGeometry(
      { createdAt: at(0), timeline: [entry(100, 200, [{ what: 'time', from: at(50), until: at(900) }])], resumptions: [] },
      0,
    );
    const [{ from, until, waits }] = bars as [(typeof bars)[0]];
    expect(waits).toEqual([{ from, until }]);
  });

  it('places ten thousand calls at once', () => {
    const timeline = Array.from({ length: 10_000 }, (_, i) => entry(i * 10, i * 10 + 9));
    expect(timelineGeometry({ createdAt: at(0), timeline, resumptions: [] }, 0).bars).toHaveLength(10_000);
  });
});
