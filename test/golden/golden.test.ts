import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { replayHistory, type History } from 'durableflow';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decode } from '../../sdk/journal/index.js';
import { isEnded } from '../../sdk/store/index.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { goOn, openOrders, type Orders } from './order-flow.js';
import { GoldenOrder, GoldenPart } from './workflows.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const releases = readdirSync(folder, { withFileTypes: true }).filter((it) => it.isDirectory());

const historiesOf = (release: string) =>
  readdirSync(join(folder, release))
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, release, name), 'utf8')) as History);

/** How the runs that had not ended go on, and what is executed for it. */
const continuations: Readonly<
  Record<string, { readonly status: string; readonly output?: unknown; readonly executed: readonly string[] }>
> = {
  'in-doubt': { status: 'completed', output: { part: 42n, sent: 'sent somehow' }, executed: [] },
  sleeping: { status: 'completed', output: 8n, executed: [] },
  'waiting-for-signal': {
    status: 'completed',
    output: { word: 'please', part: 42n, sent: 'sent AN EDITED WORD' },
    executed: ['book please', 'polish well', 'send well'],
  },
  'waiting-for-approval': { status: 'failed', executed: ['send failing', 'release seat for failing'] },
};

/** Lets people and time do what is left to do. */
async function bringToEnd(orders: Orders, id: string) {
  const { flow, clock } = orders;
  for (let idle = 0; !isEnded(flow.run(id).view().status) && idle < 5;) {
    if (await goOn(orders, id)) continue;
    idle++;
    await clock.advance('1d');
  }
  return flow.run(id).view();
}

async function openedAt(file: string, at: Date | number): Promise<Orders> {
  const orders = await openOrders(file, new Date(at));
  onTestFinished(() => orders.clock.until(orders.flow.close()));
  return orders;
}

function expectContinuation(id: string, { status, output }: { readonly status: string; readonly output: unknown }) {
  const expected = continuations[id]!;
  expect(status).toBe(expected.status);
  if (typeof expected.output === 'object') expect(output).toMatchObject(expected.output!);
  else expect(output).toEqual(expected.output);
}

it('there is one of every version in the changelog', () => {
  const changelog = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
  const versions = [...changelog.matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm)].map(([, version]) => version);
  expect(versions.length).toBeGreaterThan(0);
  expect(releases.map(({ name }) => name)).toEqual(expect.arrayContaining(versions));
});

describe.each(releases.map(({ name }) => name))('what version %s has recorded', (release) => {
  const histories = historiesOf(release);
  const named = histories.map((history) => ({ id: history.run.id, history }));

  it('is of every kind', () => {
    const names = new Set(histories.flatMap(({ journal }) => journal.map(({ name }) => name.split(':')[0])));
    expect([...names]).toEqual(
      expect.arrayContaining(['uuid', 'now', 'random', 'patched', 'count', 'sleep', 'signal', 'child', 'book', 'send', 'undo', 'stopped']),
    );
    const statuses = new Set(histories.map(({ run }) => run.status));
    expect([...statuses].sort()).toEqual(['cancelled', 'completed', 'failed', 'in_doubt', 'rejected', 'waiting']);
  });

  it.each(named)('replays: $id', async ({ history }) => {
    const executed: string[] = [];
    const { run } = history;
    const replayed =
      run.workflow === 'golden/part'
        ? await replayHistory(GoldenPart, () => new GoldenPart(), history)
        : await replayHistory(GoldenOrder, () => new GoldenOrder((what) => void executed.push(what)), history);
    expect(replayed.divergence).toBeUndefined();
    expect(replayed.status).toBe(isEnded(run.status) ? run.status : 'open');
    expect(replayed.output).toEqual(run.status === 'completed' ? decode(run.outcome!) : undefined);
    expect(executed).toEqual([]);
  });

  it.each(named.filter(({ history }) => !isEnded(history.run.status)))('goes on when imported: $id', async ({ id, history }) => {
    const orders = await openedAt(':memory:', history.run.updatedAt);
    await orders.flow.importHistory(history);
    expectContinuation(id, await bringToEnd(orders, id));
    expect(orders.executed).toEqual(continuations[id]!.executed);
    expect(orders.flow.exportHistory(id).journal.slice(0, history.journal.length)).toEqual(history.journal);
  });

  it('goes on in the file that holds it', async () => {
    const file = join(tempFolder(), 'runs.db');
    writeFileSync(file, gunzipSync(Buffer.from(readFileSync(join(folder, release, 'runs.sqlite.gz.b64'), 'utf8'), 'base64')));
    const orders = await openedAt(file, Math.max(...histories.map(({ run }) => run.updatedAt)));
    const kept = histories.filter(({ run }) => isEnded(run.status));
    for (const { run } of kept) expect(orders.flow.run(run.id).view().status).toBe(run.status);
    // Some of their effects have been made by other runs in the file, under the same keys.
    for (const { id } of named.filter(({ history }) => !isEnded(history.run.status))) expectContinuation(id, await bringToEnd(orders, id));
    for (const what of orders.executed) expect(Object.values(continuations).flatMap(({ executed }) => executed)).toContain(what);
    for (const history of kept) expect(orders.flow.exportHistory(history.run.id).journal).toEqual(history.journal);
  });
});
