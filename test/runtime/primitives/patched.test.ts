import { patched, sleep, step, workflow } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../fixtures/eventually.js';
import { errorCode } from '../../fixtures/rejection.js';
import { stage } from '../../fixtures/virtual-flow.js';

const executed: string[] = [];
let code: (workflow: Patched) => Promise<unknown>;

@workflow({ name: 'patched' })
class Patched {
  run() {
    return code(this);
  }

  @step()
  async work(name: string) {
    executed.push(name);
    return name;
  }
}

beforeEach(() => {
  executed.length = 0;
});

const before = async (it: Patched) => {
  await it.work('old');
  await sleep('1h');
  await it.work('end');
  return 'done';
};

const after = async (it: Patched) => {
  await it.work(patched('p') ? 'new' : 'old');
  await sleep('1h');
  await it.work('end');
  return patched('p') ? 'done the new way' : 'done';
};

async function parked(first: typeof code) {
  code = first;
  const it = stage();
  const flow = await it.open([Patched]);
  await flow.start(Patched, undefined, { id: 'r' });
  await flow.run('r').settled();
  await flow.close();
  return it;
}

describe('patched', () => {
  it('is false for a run that was recorded before the change, wherever it is asked', async () => {
    const { open, clock } = await parked(before);
    code = after;
    const flow = await open([Patched]);
    expect(await clock.until(flow.run('r').result())).toBe('done');
    expect(executed).toEqual(['old', 'end']);
  });

  it('is true for a run that begins after it, on every replay', async () => {
    const { open, clock } = await parked(after);
    const flow = await open([Patched]);
    expect(await clock.until(flow.run('r').result())).toBe('done the new way');
    expect(executed).toEqual(['new', 'end']);
    expect(flow.show('r').steps.filter(({ method }) => method === 'patched:p')).toHaveLength(1);
  });

  it('is true for a run that was recorded before the change and had not come to its place', async () => {
    const { open, clock } = await parked(before);
    code = async (it) => {
      await it.work('old');
      await sleep('1h');
      const isNew = patched('later');
      await it.work(isNew ? 'new end' : 'end');
      await sleep('1h');
      return isNew === patched('later');
    };
    const flow = await open([Patched]);
    expect(await clock.until(flow.run('r').result())).toBe(true);
    expect(executed).toEqual(['old', 'new end']);
  });

  it('is false for a run whose last call on record is the one at its place', async () => {
    const { open, clock } = await parked(before);
    code = async (it) => {
      await it.work('old');
      if (patched('just now')) await it.work('new');
      await sleep('1h');
      return 'done';
    };
    const flow = await open([Patched]);
    expect(await clock.until(flow.run('r').result())).toBe('done');
    expect(executed).toEqual(['old']);
  });

  it('in a loop is the same at every turn of one run', async () => {
    const loop = (isPatched: () => boolean) => async (it: Patched) => {
      for (let i = 0; i < 3; i++) {
        await it.work(`${isPatched() ? 'new' : 'old'} ${i}`);
        await sleep('1h');
      }
    };
    const { open, clock } = await parked(loop(() => false));
    code = loop(() => patched('loop'));
    const flow = await open([Patched]);
    await clock.until(flow.run('r').result());
    expect(executed).toEqual(['old 0', 'old 1', 'old 2']);
  });

  it('knows changes by their ids', async () => {
    const { open, clock } = await parked(async (it) => {
      await it.work(patched('one') ? 'one' : 'none');
      await sleep('1h');
      return 'first code';
    });
    code = async (it) => {
      await it.work(patched('one') ? (patched('two') ? 'two' : 'one') : 'none');
      await sleep('1h');
      await sleep('1h');
      return [patched('one'), patched('two')];
    };
    const flow = await open([Patched]);
    expect(await clock.until(flow.run('r').result())).toEqual([true, false]);
    expect(executed).toEqual(['one']);
  });

  it('may not be removed while runs have it on record', async () => {
    const { open, clock } = await parked(after);
    code = before;
    const flow = await open([Patched]);
    const result = errorCode(flow.run('r').result());
    await clock.advance('1h');
    expect(await result).toBe('DF_DIVERGED');
  });

  it('is true outside of the engine', () => {
    expect(patched('p')).toBe(true);
  });

  it('without it the changed code would diverge', async () => {
    const { open, clock } = await parked(before);
    code = async (it) => {
      await it.work('new');
      await sleep('1h');
    };
    const flow = await open([Patched]);
    await clock.advance('1h');
    await eventually(() => flow.run('r').view().status === 'diverged');
  });
});
