import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { DurableFlowError, jsonLines, sleep, step, workflow, type TelemetryEvent, type TelemetrySink } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../docs/code-blocks.js';
import { eventually, turns } from '../fixtures/eventually.js';
import { ManualClock } from '../fixtures/manual-clock.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { wrappedStore } from '../fixtures/wrapped-store.js';

@workflow({ name: 'telemetry' })
class Told {
  run(fails: boolean) {
    return this.work(fails);
  }

  @step({ retry: { maxAttempts: 2, initialDelay: 0 } })
  async work(fails: boolean) {
    if (fails) throw new Error('no');
    return 1;
  }
}

async function story(telemetry: TelemetrySink, fails = false) {
  const flow = await openFlow(':memory:', { telemetry });
  flow.register(Told, () => new Told());
  const view = await (await flow.start(Told, fails, { id: 'r' })).settled();
  await flow.close();
  return view.status;
}

describe('telemetry', () => {
  it('tells of a run in order, with its names and numbers', async () => {
    const events: TelemetryEvent[] = [];
    await story((event) => void events.push(event));
    const ofRun = events.filter(({ run }) => run === 'r');
    expect(ofRun.map(({ event }) => event)).toEqual(['run.started', 'run.claimed', 'attempt.started', 'step.recorded', 'run.ended']);
    expect(ofRun.every(({ workflow, time }) => workflow === 'telemetry' && typeof time === 'number')).toBe(true);
    expect(ofRun[2]).toMatchObject({ call: 0, method: 'work', attempt: 1 });
    expect(ofRun[3]).toMatchObject({ call: 0, method: 'work', outcome: 'returned', attempts: 1 });
    const { durationMs, ...ended } = ofRun[4] as Extract<TelemetryEvent, { event: 'run.ended' }>;
    expect(durationMs).toBeLessThan(60_000);
    expect(durationMs).toBeGreaterThanOrEqual(0);
    expect(ended).toMatchObject({ status: 'completed', error: undefined });
  });

  it('tells how a run has failed, and why one was put aside', async () => {
    const events: TelemetryEvent[] = [];
    await story((event) => void events.push(event), true);
    expect(events.at(-1)).toMatchObject({ event: 'run.ended', status: 'failed', error: 'Error: no' });

    @workflow({ name: 'telemetry/waits' })
    class Waits {
      run() {
        return Promise.all([sleep('1h'), sleep('2h')]);
      }
    }
    const flow = await openFlow(':memory:', { telemetry: (event) => void events.push(event), clock: new ManualClock(0) });
    flow.register(Waits, () => new Waits());
    await (await flow.start(Waits)).settled();
    expect(events.find(({ event }) => event === 'run.parked')).toMatchObject({ status: 'waiting', calls: [0, 1], wakeAt: 3_600_000 });
  });

  it('tells of failed attempts', async () => {
    const events: TelemetryEvent[] = [];
    expect(await story((event) => void events.push(event), true)).toBe('failed');
    const failures = events.filter(({ event }) => event === 'attempt.failed');
    expect(failures).toMatchObject([
      { attempt: 1, error: 'Error: no', retryInMs: 0 },
      { attempt: 2, error: 'Error: no', retryInMs: undefined },
    ]);
  });

  it('tells of no record whose commit was refused', async () => {
    const names: string[] = [];
    const refused = () => Promise.reject(new DurableFlowError('DF_FENCED', 'another process has the run'));
    const flow = await openFlow(wrappedStore(memoryStore(), { append: refused }), { telemetry: ({ event }) => void names.push(event) });
    flow.register(Told, () => new Told());
    await flow.start(Told, false, { id: 'r' });
    await eventually(() => names.includes('run.fenced'));
    expect(names).not.toContain('step.recorded');
    await flow.close();
  });

  it.each(['throws', 'rejects'])('never harms a run: a sink that %s', async (how) => {
    const down = () => {
      const error = new Error('the sink is down');
      if (how === 'throws') throw error;
      return Promise.reject(error);
    };
    expect(await story(down as TelemetrySink)).toBe('completed');
    await turns();
  });
});

class Speechless extends Error {
  override toString(): string {
    throw new Error('no words');
  }
}

@workflow({ name: 'speechless' })
class Fails {
  async run() {
    throw new Speechless('no');
  }
}

it('lets a run end whose error has no words', async () => {
  const events: TelemetryEvent[] = [];
  const flow = await openFlow(':memory:', { telemetry: (event) => void events.push(event) });
  flow.register(Fails, () => new Fails(), { errors: [Speechless] });
  await expect((await flow.start(Fails)).result()).rejects.toBeInstanceOf(Speechless);
  expect(events.at(-1)).toMatchObject({ event: 'run.ended', status: 'failed', error: undefined });
});

describe('a sink that puts something up around bodies', () => {
  const around = (how: NonNullable<TelemetrySink['around']>) => Object.assign(() => {}, { around: how });

  it('has them called in it', async () => {
    const seen: unknown[] = [];
    const sink = around((place, body) => {
      seen.push(place);
      body();
      seen.push('over');
    });
    expect(await story(sink)).toBe('completed');
    expect(seen).toEqual([{ run: 'r', call: 0 }, 'over']);
  });

  it.each<[string, NonNullable<TelemetrySink['around']>]>([
    [
      'throws before',
      () => {
        throw new Error('down');
      },
    ],
    [
      'throws after',
      (_place, body) => {
        body();
        throw new Error('down');
      },
    ],
    [
      'calls them twice',
      (_place, body) => {
        body();
        body();
      },
    ],
    ['never calls them', () => {}],
  ])('calls each once all the same: one that %s', async (_how, how) => {
    let calls = 0;
    const flow = await openFlow(':memory:', { telemetry: around(how) });
    flow.register(Counted, () => new Counted(() => calls++));
    expect(await (await flow.start(Counted)).result()).toBe(0);
    expect(calls).toBe(1);
  });

  it('does not come between a body and what it throws', async () => {
    expect(
      await story(
        around((_place, body) => body()),
        true,
      ),
    ).toBe('failed');
  });
});

@workflow({ name: 'counted' })
class Counted {
  constructor(readonly count: () => number) {}

  run() {
    return this.work();
  }

  @step()
  async work() {
    return this.count();
  }
}

describe('jsonLines', () => {
  it('writes one object a line', async () => {
    const stream = new PassThrough();
    await story(jsonLines(stream));
    const lines = String(stream.read()).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as TelemetryEvent).event)).toContain('run.ended');
  });

  it('appends to a file', async () => {
    const file = join(tempFolder(), 'telemetry.jsonl');
    for (let i = 0; i < 2; i++) await story(jsonLines(file));
    const ended = () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.includes('"run.ended"')).length;
    while (ended() < 2) await turns();
    expect(ended()).toBe(2);
  });

  it('has written a line when the process is killed right after it', () => {
    const file = join(tempFolder(), 'telemetry.jsonl');
    const script = `import { jsonLines } from ${JSON.stringify(join(projectRoot, 'sdk/telemetry/json-lines.ts'))};
      jsonLines(${JSON.stringify(file)})({ time: 0, event: 'run.ended', status: 'completed', durationMs: 1 });
      process.kill(process.pid, 'SIGKILL');`;
    const { signal } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: projectRoot });
    expect(signal).toBe('SIGKILL');
    expect(readFileSync(file, 'utf8')).toBe('{"time":0,"event":"run.ended","status":"completed","durationMs":1}\n');
  });

  it('does not fail where it cannot write', async () => {
    expect(await story(jsonLines(join(tempFolder(), 'no', 'such', 'folder.jsonl')))).toBe('completed');
    await turns();
  });

  it('drops what a stuck stream cannot take, instead of filling the memory', async () => {
    const stuck = new PassThrough({ highWaterMark: 1 });
    const sink = jsonLines(stuck);
    const event = { time: 0, event: 'run.released', run: 'x'.repeat(1_000_000), workflow: 'w' } as const;
    for (let i = 0; i < 50; i++) sink(event);
    expect(stuck.writableLength).toBeLessThan(10 * 1024 * 1024);
    stuck.resume();
    await once(stuck, 'drain');
  });
});
