import { join } from 'node:path';
import { step, workflow } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { deferred, type Deferred } from '../fixtures/deferred.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { errorCode } from '../fixtures/rejection.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { keptOpen } from '../fixtures/wrapped-store.js';

let body: Deferred<string>;
let began: Deferred<void>;

@workflow({ name: 'resume' })
class Resumable {
  run() {
    return this.work();
  }

  @step()
  async work() {
    began.resolve();
    return body.promise;
  }
}

beforeEach(() => {
  body = deferred();
  began = deferred();
});

describe('flow.resume', () => {
  it('of a run that a living process executes says that it is busy', async () => {
    const file = join(tempFolder(), 'app.db');
    const first = await openFlow(file);
    first.register(Resumable, () => new Resumable());
    const run = await first.start(Resumable, undefined, { id: 'r' });
    await began.promise;
    const second = await openFlow(file);
    second.register(Resumable, () => new Resumable());
    expect(await errorCode(second.resume('r'))).toBe('DF_RUN_BUSY');
    // Here it is executed already, so there is nothing to do.
    await first.resume('r');
    body.resolve('once');
    expect(await run.result()).toBe('once');
    expect(run.view().claims).toBe(1);
  });

  it('of an ended, unknown or unregistered run is an error', async () => {
    const flow = await openFlow();
    flow.register(Resumable, () => new Resumable());
    body.resolve('done');
    await (await flow.start(Resumable, undefined, { id: 'r' })).result();
    expect(await errorCode(flow.resume('r'))).toBe('DF_RUN_ENDED');
    expect(await errorCode(flow.resume('nobody'))).toBe('DF_UNKNOWN_RUN');
  });
});

describe('flow.recover', () => {
  it('takes up what a dead process has left', async () => {
    const store = memoryStore();
    const dead = { id: 'dead', ...deadProcess(store), expiresAt: Date.now() + 3_600_000 };
    await store.join(dead);
    await store.start({ id: 'r', workflow: 'resume', version: '1', input: '-1', inputDigest: '', at: 1, owner: 'dead' });
    body.resolve('recovered');
    const flow = await openFlow(keptOpen(store));
    flow.register(Resumable, () => new Resumable());
    await flow.recover();
    expect(await flow.run('r').result()).toBe('recovered');
    expect(store.owners().map(({ id }) => id)).not.toContain('dead');
  });

  it('leaves a process of another host alone until its lease is over', async () => {
    const store = memoryStore();
    const elsewhere = { id: 'elsewhere', host: 'another', pid: 1, processStart: '1', expiresAt: Date.now() + 3_600_000 };
    await store.join(elsewhere);
    await store.start({ id: 'r', workflow: 'resume', version: '1', input: '-1', inputDigest: '', at: 1, owner: 'elsewhere' });
    const flow = await openFlow(keptOpen(store));
    flow.register(Resumable, () => new Resumable());
    expect(await flow.recover()).toBe(0);
    expect(flow.run('r').view().status).toBe('running');
    await store.heartbeat('elsewhere', Date.now() - 1);
    body.resolve('taken over');
    await flow.recover();
    expect(await flow.run('r').result()).toBe('taken over');
  });

  it('goes on by itself when the lease of another process is over', async () => {
    const file = join(tempFolder(), 'app.db');
    const flow = await openFlow(file, { leaseDuration: 60 });
    flow.register(Resumable, () => new Resumable());
    body.resolve('taken over');
    const { SqliteStore } = await import('durableflow');
    const other = new SqliteStore(file);
    await other.join({ id: 'gone', host: 'another', pid: 1, processStart: '1', expiresAt: Date.now() - 1 });
    await other.start({ id: 'r', workflow: 'resume', version: '1', input: '-1', inputDigest: '', at: 1, owner: 'gone' });
    await other.close();
    expect(await flow.run('r').result()).toBe('taken over');
  });
});

/** The host of this process, with a process that is no more. */
function deadProcess(store: ReturnType<typeof memoryStore>): { host: string; pid: number; processStart: string } {
  const [me] = store.owners();
  const host = me?.host ?? thisHost;
  return { host, pid: 2 ** 22 - 3, processStart: 'long ago' };
}

const { host: thisHost } = (await import('../../sdk/runtime/process-identity.js')).thisProcess();
