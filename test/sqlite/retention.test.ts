import { sleep, workflow } from 'durableflow';
import { setTimeout as realTime } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eventually } from '../fixtures/eventually.js';
import { ManualClock } from '../fixtures/manual-clock.js';
import { openFlow } from '../fixtures/open-flow.js';
import type { TelemetryEvent } from 'durableflow';

@workflow({ name: 'retention' })
class Brief {
  async run(waits: boolean) {
    if (waits) await sleep('30d');
  }
}

describe('the retention option', () => {
  it('deletes ended runs when their time is over, and no others', async () => {
    const clock = new ManualClock();
    const events: TelemetryEvent[] = [];
    // Old runs are looked for with the heartbeat, three times in this time.
    const flow = await openFlow(':memory:', { clock, retention: '7d', leaseDuration: 15, telemetry: (event) => void events.push(event) });
    flow.register(Brief, () => new Brief());
    const ended = await flow.start(Brief, false);
    await ended.result();
    const waiting = await flow.start(Brief, true);
    await waiting.settled();
    clock.advance(7 * 24 * 60 * 60 * 1000 - 1);
    await realTime(20);
    expect(flow.runs()).toHaveLength(2);
    clock.advance(2);
    await eventually(() => flow.runs().length === 1);
    expect(flow.runs()[0]!.id).toBe(waiting.id);
    await eventually(() => events.some(({ event }) => event === 'runs.pruned'));
  });

  it('absent, keeps everything', async () => {
    const clock = new ManualClock();
    const flow = await openFlow(':memory:', { clock, leaseDuration: 15 });
    flow.register(Brief, () => new Brief());
    await (await flow.start(Brief, false)).result();
    clock.advance(365 * 24 * 60 * 60 * 1000);
    await realTime(30);
    expect(flow.runs()).toHaveLength(1);
  });
});
