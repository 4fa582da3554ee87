import { approval, DurableFlow, sideEffect, signal, step, workflow, type History } from 'durableflow';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openFlow } from '../fixtures/open-flow.js';
import { errorCode } from '../fixtures/rejection.js';

@workflow({ name: 'all' })
class All {
  async run() {
    await this.fail().catch(() => {});
    await this.send();
    await this.pass(1);
    return signal(z.string(), 'go');
  }

  @step({ retry: { maxAttempts: 1 } })
  async fail() {
    throw new TypeError('no');
  }

  @sideEffect({ idempotencyKey: () => 'mail' })
  async send() {
    return 'sent';
  }

  @approval({ quorum: 2, deciders: ['ada', 'bob'] })
  @step()
  async pass(n: number) {
    return n;
  }
}

/** A run with an entry in every list. */
let exported: string;

beforeAll(async () => {
  const flow = await DurableFlow.open(':memory:');
  flow.register(All, () => new All());
  const run = await flow.start(All, undefined, { id: 'r', attributes: { team: 'red' } });
  await run.settled();
  await flow.signal('r', 'other', { n: 1 });
  for (const by of ['ada', 'bob']) await flow.approve(1, { by });
  while (flow.show('r').waits.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  exported = JSON.stringify(flow.exportHistory('r'));
  await flow.close();
});

type Json = Record<string, unknown>;

/** The history with a change somewhere in it. */
function changed(change: (history: Record<string, Json & Json[]>) => void): History {
  const history = JSON.parse(exported) as Record<string, Json & Json[]>;
  change(history);
  return history as unknown as History;
}

async function refusal(history: History): Promise<string> {
  const flow = await openFlow();
  const code = await errorCode(flow.importHistory(history));
  expect(flow.runs()).toEqual([]);
  return code as string;
}

describe('what importHistory is given', () => {
  it('is taken as it was exported', async () => {
    const flow = await openFlow();
    const history = changed(() => {});
    for (const list of ['journal', 'approvals', 'effects', 'waits', 'signals'] as const)
      expect(history[list].length, list).toBeGreaterThan(0);
    await flow.importHistory(history);
    expect(JSON.parse(JSON.stringify(flow.exportHistory('r')))).toEqual(JSON.parse(exported));
  });

  it.each([undefined, null, 7, 'text', [], {}])('is refused if it is %j', async (value) => {
    expect(await refusal(value as unknown as History)).toBe('DF_HISTORY_INVALID');
  });

  const wrong: [string, (history: Record<string, Json & Json[]>) => void][] = [
    ['no run', (it) => delete it['run']],
    ['a run of an unknown status', (it) => (it['run']!['status'] = 'sleeping')],
    ['a run without a workflow', (it) => (it['run']!['workflow'] = undefined)],
    ['a run with an input that is not encoded', (it) => (it['run']!['input'] = '{')],
    ['a run with a reference in the place of its input', (it) => (it['run']!['input'] = '@digest')],
    ['an open run with an outcome', (it) => (it['run']!['outcome'] = '[1]')],
    ['a completed run without an outcome', (it) => (it['run']!['status'] = 'completed')],
    ['a failed run whose outcome is no error', (it) => Object.assign(it['run']!, { status: 'failed', outcome: '[1]' })],
    ['a text for a time', (it) => (it['run']!['createdAt'] = 'yesterday')],
    ['no journal', (it) => delete it['journal']],
    ['a journal that is no list', (it) => (it['journal'] = {} as never)],
    ['an entry that is no object', (it) => it['journal']!.push(null as never)],
    ['a record twice', (it) => it['journal']!.push(it['journal']![0]!)],
    ['a record without a value', (it) => delete it['journal']![0]!['value']],
    ['an error that is none', (it) => (it['journal']![0]!['value'] = '[1]')],
    ['an unknown outcome', (it) => (it['journal']![0]!['outcome'] = 'exploded')],
    ['a fraction for a number', (it) => (it['journal']![0]!['seq'] = 0.5)],
    ['arguments that are no list', (it) => (it['approvals']![0]!['args'] = '[{}]')],
    ['somebody who says yes twice', (it) => (it['approvals']![0]!['approvedBy'] = ['ada', 'ada'])],
    ['an unknown verdict', (it) => (it['approvals']![0]!['verdict'] = 'maybe')],
    ['an effect in an unknown state', (it) => (it['effects']![0]!['state'] = 'half done')],
    ['two waits of one call', (it) => it['waits']!.push(it['waits']![0]!)],
    ['a payload that is not encoded', (it) => (it['signals']![0]!['payload'] = 'plain')],
    ['an attribute that is no text', (it) => (it['attributes']!['team'] = 1)],
    ['no attributes', (it) => delete it['attributes']],
  ];
  it.each(wrong)('is refused if it has %s', async (_what, change) => {
    expect(await refusal(changed(change))).toBe('DF_HISTORY_INVALID');
  });

  it('is refused if a newer version has written it, and says which format that is', async () => {
    const newer = changed((it) => ((it as Json)['formatVersion'] = 2));
    expect(await refusal(newer)).toBe('DF_FORMAT_NEWER');
    const flow = await openFlow();
    await expect(flow.importHistory(newer)).rejects.toThrow('the history has format version 2, and this durableflow reads 1');
  });

  it('is refused without harm to what is written at the same moment', async () => {
    const flow = await openFlow();
    flow.register(All, () => new All());
    const [imported, started] = await Promise.allSettled([
      flow.importHistory(changed((it) => it['journal']!.push(it['journal']![0]!))),
      flow.start(All, undefined, { id: 'beside' }),
    ]);
    expect([imported.status, started.status]).toEqual(['rejected', 'fulfilled']);
  });

  it('is told by its place', async () => {
    const flow = await openFlow();
    const history = changed((it) => delete it['journal']![1]!['digest']);
    await expect(flow.importHistory(history)).rejects.toThrow('journal[1].digest of the history is missing or not what it must be');
  });
});
