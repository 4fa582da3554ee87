import {
  approval,
  child,
  compensate,
  DurableFlow,
  effectKey,
  sideEffect,
  signal,
  step,
  workflow,
  type NewRun,
  type TelemetryEvent,
} from 'durableflow';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { encodeInput } from '../../sdk/runtime/index.js';
import { decode } from '../../sdk/journal/index.js';
import { engineOf } from '../../sdk/flow/engine-of.js';
import type { RunEvent } from '../../sdk/restate/log-entry.js';
import { RunLog, type RunLogHost } from '../../sdk/restate/run-log.js';
import { RestatePayloads } from '../../sdk/restate/size-limits.js';
import { eventually, turns } from '../fixtures/eventually.js';
import { MemoryServer } from './memory-server.js';

const deeds: string[] = [];
const does = (deed: string) => deeds.push(deed);
const times = (deed: string) => deeds.filter((it) => it === deed).length;

@workflow({ name: 'logged' })
class Logged {
  async run(order: string) {
    const first = await this.pick(`${order} tea`);
    const paid = await this.pay(order);
    const word = await signal(z.string(), 'word');
    return [first, await this.pick(`${order} cup`), paid, word, await this.ship(order)].join(', ');
  }

  @step()
  async pick(what: string) {
    does(what);
    return what;
  }

  @sideEffect({ idempotencyKey: (order) => `pay:${order}`, reconcile: 'find' })
  async pay(order: string) {
    does(`pay ${order}`);
    return `${effectKey()} paid`;
  }

  async find(order: string) {
    return times(`pay ${order}`) > 0 ? `pay:${order} paid` : undefined;
  }

  @approval()
  @step()
  async ship(order: string) {
    does(`ship ${order}`);
    return 'shipped';
  }
}

@workflow({ name: 'parent' })
class Parent {
  async run(orders: readonly string[]) {
    return Promise.all(orders.map((order) => child(Child, order)));
  }
}

@workflow({ name: 'child' })
class Child {
  async run(order: string) {
    if (order === 'waits') return signal(z.string(), 'never');
    return this.pick(order);
  }

  @step()
  async pick(order: string) {
    does(order);
    return `picked ${order}`;
  }
}

@workflow({ name: 'large' })
class Large {
  async run(how: 'value' | 'error' | 'result' | 'caught') {
    const length = 8 * 2 ** 20;
    if (how === 'error') return this.throws(length);
    if (how === 'result') return 'ü'.repeat(length);
    if (how === 'caught') return this.returns(length).catch((error: Error & { code: string }) => error.code);
    return this.returns(length);
  }

  @step({ retry: { maxAttempts: 1 } })
  async returns(length: number) {
    does('returns');
    return 'ü'.repeat(length);
  }

  @step({ retry: { maxAttempts: 1 } })
  async throws(length: number) {
    does('throws');
    throw new Error('ü'.repeat(length));
  }
}

@workflow({ name: 'undone' })
class Undone {
  async run() {
    await this.book('flight');
    await this.book('hotel');
    await signal(z.string(), 'never');
  }

  @step()
  @compensate('cancel')
  async book(what: string) {
    return what;
  }

  @step()
  async cancel(what: string) {
    does(`cancel ${what}`);
  }
}

const open: DurableFlow[] = [];
afterEach(async () => {
  deeds.splice(0);
  for (const flow of open.splice(0)) await flow.close();
});

async function serverWith(host: Partial<RunLogHost> = {}) {
  const told: string[] = [];
  const telemetry = ({ event }: TelemetryEvent) => told.push(event);
  const flow = await DurableFlow.open(':memory:', { guard: 'off', maxPayloadBytes: Infinity, telemetry });
  open.push(flow);
  for (const each of [Logged, Parent, Child, Large, Undone]) flow.register(each, () => new each());
  const server = new MemoryServer(flow, host);
  const { ports } = engineOf(flow);
  const start = (id: string, name: string, input: unknown) => {
    const { encodedInput, inputDigest } = encodeInput(input, name, ports.payloads);
    const run: NewRun = {
      id,
      workflow: name,
      version: '1',
      input: encodedInput,
      inputDigest,
      at: Date.now(),
      owner: undefined,
      compensates: name === 'undone',
    };
    server.start({ verb: 'start', run });
    return server.runs.get(id)!;
  };
  const outcome = (id: string) => {
    const { ended } = server.runs.get(id)!;
    return ended?.status === 'completed' ? decode(ended.outcome) : ended && ports.errors.decode(ended.outcome);
  };
  return { flow, server, start, outcome, told };
}

const word: RunEvent = { verb: 'signal', signal: { name: 'word', payload: '["hi"]', dedupeId: undefined, at: 1 } };
const yes: RunEvent = { verb: 'decide', call: 4, decision: { verdict: 'approved', by: 'ann', reason: undefined, at: 1 } };

describe('a run', () => {
  it('whose worker is lost after any of its commits, comes to the same end, and nothing on record is done again', async () => {
    for (let commits = 1; ; commits++) {
      deeds.splice(0);
      const { server, start, outcome } = await serverWith();
      const run = start('r', 'logged', 'one');
      run.inbox.push(word);
      const began = await server.execute('r', commits);
      const recorded = server.entries('r').flatMap((entry) => (entry.verb === 'append' ? [entry.record.value] : []));
      const before = { tea: times('one tea'), pay: times('pay one'), cup: times('one cup') };
      await server.executeAll();
      run.inbox.push(yes);
      await server.executeAll();
      expect(outcome('r')).toBe('one tea, one cup, pay:one paid, hi, shipped');
      expect([times('pay one'), times('ship one')]).toEqual([1, 1]);
      if (recorded.includes('["one tea"]')) expect(times('one tea')).toBe(before.tea);
      if (recorded.includes('["one cup"]')) expect(times('one cup')).toBe(before.cup);
      const calls = server.entries('r').flatMap((entry) => (entry.verb === 'append' ? [entry.record.call] : []));
      expect(calls).toEqual([0, 1, 2, 3, 4]);
      if (began === 'parked') break;
    }
  });

  it('begins no body before what came before it is durable', async () => {
    const { server, start } = await serverWith();
    start('r', 'logged', 'one');
    const log = server.take('r');
    const first = await log.commit();
    expect(deeds).toEqual(['one tea']);
    await turns();
    // The record is on its way; the payment, and even its intent, wait for it.
    expect(first.entries.map(({ verb }) => verb)).toEqual(['start', 'claim', 'append']);
    expect(deeds).toEqual(['one tea']);
    log.committed(first);
    expect((await log.commit()).ask).toMatchObject({ kind: 'intend' });
    expect(deeds).toEqual(['one tea']);
    log.abandon();
  });

  it('takes an event as often as a batch says, whoever it was offered to', async () => {
    const { server, start } = await serverWith();
    const run = start('r', 'logged', 'one');
    await server.executeAll();
    run.inbox.push(word, word);
    // Offered to a worker that is lost before its commit.
    const lost = server.take('r');
    lost.offer(word, 0);
    await lost.commit();
    lost.abandon();
    await server.executeAll();
    expect(server.entries('r').filter(({ verb }) => verb === 'signal')).toHaveLength(2);
    expect(run.answers).toHaveLength(2);
  });

  it('takes no event again that it is offered before it has read that it has taken it', async () => {
    const { server, start } = await serverWith();
    const run = start('r', 'logged', 'one');
    run.inbox.push(word);
    await server.executeAll();
    const log = new RunLog(server.host, 'r', run.order);
    // What has come to an inbox is handed out again to a handler that is replayed.
    log.offer(word, 0);
    for (const { batch, answer } of run.journal) {
      log.committed(batch);
      if (batch.ask && answer) log.answered(batch.ask, answer);
    }
    log.offer(yes, 1);
    const { inbox, entries } = await log.commit();
    expect(inbox).toBe(2);
    expect(entries.map(({ verb }) => verb)).not.toContain('signal');
    log.abandon();
  });

  it('is claimed by nobody who is closing', async () => {
    const { server, start } = await serverWith({ isClosing: () => true });
    start('r', 'logged', 'one');
    const log = server.take('r');
    const next = log.commit();
    await expect(Promise.race([next, new Promise((resolve) => setTimeout(resolve, 100, 'nothing'))])).resolves.toBe('nothing');
    expect(deeds).toEqual([]);
    log.abandon();
  });

  it('is not written on by a worker that has lost it', async () => {
    const { server, start, told } = await serverWith();
    start('r', 'logged', 'one');
    const lost = server.take('r');
    const first = await lost.commit();
    lost.abandon();
    await eventually(() => told.includes('run.fenced'));
    lost.committed(first);
    await turns();
    expect(deeds).toEqual(['one tea']);
  });

  it('that Restate itself cancels is undone, without a number of the inbox', async () => {
    const { server, start } = await serverWith();
    const run = start('r', 'undone', undefined);
    await server.execute('r');
    const log = server.take('r');
    log.offerCancel('by the server');
    while (!run.ended) {
      const batch = await log.commit();
      expect(batch.inbox).toBe(0);
      log.committed(batch);
      if (batch.end) run.ended = batch.end;
    }
    expect(run.ended.status).toBe('cancelled');
    expect(deeds).toEqual(['cancel hotel', 'cancel flight']);
  });
});

describe('keys of effects', () => {
  it('are shared by runs: the second takes what the first has done', async () => {
    const { server, start } = await serverWith();
    for (const id of ['a', 'b']) start(id, 'logged', 'same').inbox.push(word);
    await server.executeAll();
    expect(times('pay same')).toBe(1);
    expect(server.entries('b').find(({ verb }) => verb === 'intend')).toMatchObject({ answer: { kind: 'done' } });
  });

  it('are in doubt for the next run if the first was lost in the middle of the effect and then cancelled', async () => {
    const { server, start } = await serverWith();
    const a = start('a', 'logged', 'same');
    while (a.journal.at(-1)?.answer === undefined) await server.execute('a', 1);
    a.inbox.push({ verb: 'cancel', reason: 'enough', outcome: '{}', at: 1 });
    await server.execute('a');
    start('b', 'logged', 'same').inbox.push(word);
    await server.executeAll();
    expect(a.ended?.status).toBe('cancelled');
    expect(server.entries('b').find(({ verb }) => verb === 'intend')).toMatchObject({ answer: { kind: 'in_doubt' } });
    expect(times('pay same')).toBe(1);
  });
});

describe('an imported run', () => {
  it('brings the keys that it has used along', async () => {
    const { server, start } = await serverWith();
    const { flow } = await serverWith();
    const there = await flow.start(Logged, 'same', { id: 'a' });
    await there.settled();
    server.start({ verb: 'importHistory', history: flow.exportHistory('a'), id: 'a' });
    await server.executeAll();
    start('b', 'logged', 'same').inbox.push(word);
    await server.executeAll();
    expect(server.entries('b').find(({ verb }) => verb === 'intend')).toMatchObject({ answer: { kind: 'done' } });
    expect(times('pay same')).toBe(1);
  });
});

describe('children', () => {
  it('end in the log of their parent, and are started once, whenever its worker is lost', async () => {
    for (let commits = 1; commits <= 6; commits++) {
      deeds.splice(0);
      const { server, start, outcome } = await serverWith();
      start('p', 'parent', ['a', 'b']);
      await server.execute('p', commits);
      await server.executeAll();
      expect(outcome('p')).toEqual(['picked a', 'picked b']);
      expect([...server.runs.keys()].toSorted()).toEqual(['p', 'p/0', 'p/1']);
      expect(deeds.toSorted()).toEqual(['a', 'b']);
      expect(server.entries('p').filter(({ verb }) => verb === 'childEnded')).toHaveLength(2);
    }
  });

  it('are cancelled with their parent', async () => {
    const { server, start } = await serverWith();
    const parent = start('p', 'parent', ['waits', 'b']);
    await server.executeAll();
    parent.inbox.push({ verb: 'cancel', reason: 'enough', outcome: '{}', at: 1 });
    await server.executeAll();
    expect(['p', 'p/0', 'p/1'].map((id) => server.runs.get(id)!.ended?.status)).toEqual(['cancelled', 'cancelled', 'completed']);
  });

  it('that exist and are other work are refused', async () => {
    const { server, start, outcome } = await serverWith();
    start('p/0', 'child', 'something else');
    start('p', 'parent', ['a']);
    await server.executeAll();
    expect(outcome('p')).toMatchObject({ code: 'DF_INPUT_MISMATCH' });
    expect(server.entries('p').map(({ verb }) => verb)).not.toContain('child');
  });
});

describe('children of others', () => {
  it('that exist, do the same and have not ended, are refused and not waited for', async () => {
    const { server, start, outcome } = await serverWith();
    start('p/0', 'child', 'waits');
    await server.executeAll();
    start('p', 'parent', ['waits']);
    await server.executeAll();
    expect(outcome('p')).toMatchObject({ code: 'DF_INPUT_MISMATCH' });
    expect(server.entries('p').map(({ verb }) => verb)).not.toContain('child');
    expect(server.runs.get('p/0')!.ended).toBeUndefined();
  });
});

describe('what is too large for a message', () => {
  const limited = async () => {
    const flow = await serverWith();
    const { ports } = flow.server.host;
    return Object.assign(flow, { server: Object.assign(flow.server, { host: { ...flow.server.host, ports: { ...ports, payloads: new RestatePayloads(ports.payloads) } } }) }); // prettier-ignore
  };

  it.each(['value', 'result', 'error'] as const)('ends the run with a code, and it is not executed again: %s', async (how) => {
    const { server, start, outcome } = await limited();
    const run = start('r', 'large', how);
    await server.executeAll();
    expect(run.ended?.status).toBe('failed');
    expect(outcome('r')).toMatchObject({ code: 'DF_PAYLOAD_TOO_LARGE' });
    for (const { batch } of run.journal) expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(30 * 2 ** 20);
    expect([times('returns'), times('throws')]).toEqual([how === 'value' ? 1 : 0, how === 'error' ? 1 : 0]);
  });

  it('can be caught by the workflow, if it is a value', async () => {
    const { server, start, outcome } = await limited();
    start('r', 'large', 'caught');
    await server.executeAll();
    expect(outcome('r')).toBe('DF_PAYLOAD_TOO_LARGE');
  });
});
