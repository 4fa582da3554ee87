import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { approval, DurableFlow, step, workflow } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { Counter, Refund, register } from './support-app.js';
import { call, callJson, database, executesNothing, temporaryFolder } from './terminal.js';

interface JsonRecovery {
  readonly runs: { readonly id: string; readonly status: string; readonly output: unknown }[];
  readonly leftOver: { readonly run: { readonly id: string }; readonly error: { readonly code: string } }[];
}

interface JsonError {
  readonly error: { readonly code: string; readonly message: string; readonly fix: string };
}

let folder: string;
let file: string;

/** Any file that is there; what it exports is given to the call. */
const app = ['--app', new URL(import.meta.url).pathname];

beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder, 'app.db');
});

const on = (...argv: string[]) => ['--db', file, ...argv];
const recover = (...argv: string[]) => on('recover', ...app, ...argv);

describe('recover', () => {
  it('takes up all runs that were left behind, and waits for each', async () => {
    const log = join(folder, 'log');
    await database(
      file,
      async (flow) => {
        for (let n = 1; n <= 80; n++) await flow.start(Counter, { to: 2, file: log }, { id: `c-${n}` });
      },
      executesNothing,
    );
    const { data, exit } = await callJson<JsonRecovery>(recover());
    expect(exit).toBe(0);
    expect(new Set(data.runs.map(({ id }) => id)).size).toBe(80);
    expect(data.runs.every(({ output }) => output === 3)).toBe(true);
    expect(data.leftOver).toEqual([]);
    expect((await readFile(log, 'utf8')).split('\n')).toHaveLength(160 + 1);
  });

  it('tells a script what became of them', async () => {
    const start = (fails: boolean, id: string) =>
      database(file, (flow) => flow.start(Refund, { customer: 'c', cents: 1, fails }, { id }), executesNothing);
    await start(false, 'gate');
    const waits = await call(recover());
    expect(waits.out).toMatch(/^waiting gate \(refund v1, after .*\)\n1 taken up\.\n$/);
    expect(waits.exit).toBe(3);
    await start(true, 'broken');
    const fails = await call(recover());
    expect(fails.out).toMatch(/^failed broken \(refund v1, after .*\): no customer c\n1 taken up\.\n$/);
    expect(fails.exit).toBe(1);
    expect(await call(recover())).toEqual({ out: 'No run was left behind.\n', err: '', exit: 0 });
  });

  it('shows its progress on a terminal, and takes it away again', async () => {
    await database(file, (flow) => flow.start(Counter, { to: 1 }, { id: 'one' }), executesNothing);
    const { err } = await call(recover(), { columns: 100 });
    expect(err).toBe('\r\u001b[2K1 of 1 runs ended or at rest\r\u001b[2K');
    expect((await call(recover())).err).toBe('');
  });

  it('lists runs whose workflow the module does not register', async () => {
    await database(file, (flow) => flow.start(Counter, { to: 1 }, { id: 'one' }), executesNothing);
    const module = { register: (flow: DurableFlow) => void flow.register(Refund, () => new Refund()) };
    const { out, exit } = await call(recover(), { module });
    expect(exit).toBe(1);
    expect(out).toContain('one was not taken up:\n  error [DF_UNKNOWN_WORKFLOW]: ');
    const { data } = await callJson<JsonRecovery>(recover(), { module });
    expect(data).toMatchObject({ runs: [], leftOver: [{ run: { id: 'one', status: 'pending' }, error: { code: 'DF_UNKNOWN_WORKFLOW' } }] });
  });

  it('leaves alone what another process executes', async () => {
    const flow = await DurableFlow.open(file);
    register(flow);
    const run = await flow.start(Counter, { to: 1_000_000 }, { id: 'busy' });
    const { data, exit } = await callJson<JsonRecovery>(recover());
    expect(data).toMatchObject({ runs: [], leftOver: [{ run: { id: 'busy' }, error: { code: 'DF_RUN_BUSY' } }] });
    expect(exit).toBe(1);
    expect(run.view().claims).toBe(1);
    await flow.close();
  });

  it('waits for a factory that takes its time, and tells if it fails', async () => {
    await database(file, (flow) => flow.start(Counter, { to: 3 }, { id: 'slow' }), executesNothing);
    const factory = (make: () => Counter) => ({
      register: (flow: DurableFlow) =>
        void flow.register(Counter, async () => {
          await new Promise((resolve) => setTimeout(resolve, 50));
          return make();
        }),
    });
    const broken = await callJson<JsonRecovery>(recover(), {
      module: factory(() => {
        throw new Error('no password');
      }),
    });
    expect(broken.data).toMatchObject({ runs: [], leftOver: [{ run: { id: 'slow' }, error: { code: 'DF_FACTORY_FAILED' } }] });
    expect(broken.exit).toBe(1);
    const { data, exit } = await callJson<JsonRecovery>(recover(), { module: factory(() => new Counter()) });
    expect(data).toMatchObject({ runs: [{ id: 'slow', output: 6 }], leftOver: [] });
    expect(exit).toBe(0);
  });
});

describe('recover --watch', () => {
  it('executes what comes until it is asked to stop', async () => {
    await database(file, async () => {});
    let stop!: () => void;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    let seen = '';
    const call = callLines(recover('--watch', '--json'), stopped, (text) => {
      seen += text;
      if (seen.includes('"late"')) stop();
    });
    await database(file, (flow) => flow.start(Counter, { to: 4 }, { id: 'late' }), executesNothing);
    const { lines, exit } = await call;
    expect(lines).toMatchObject([
      { working: true },
      { run: { id: 'late', status: 'completed', output: 10 } },
      { stopped: true, settled: 1 },
    ]);
    expect(exit).toBe(0);
  });

  it('gives back what it cannot finish', async () => {
    await database(file, (flow) => flow.start(Counter, { to: 1_000_000 }, { id: 'long' }), executesNothing);
    let stop!: () => void;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    const called = call(recover('--watch'), { stopped });
    await database(file, async (flow) => {
      while (flow.run('long').view().status !== 'running' || flow.show('long').steps.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    }, executesNothing); // prettier-ignore
    stop();
    const { out, exit } = await called;
    expect([out, exit]).toEqual([`At work on ${file}; stop with Ctrl-C.\nStopped. Runs ended or came to rest 0 times here.\n`, 0]);
    expect((await call(on('runs', '--status', 'pending'))).out).toContain('long');
  });
});

async function callLines(argv: readonly string[], stopped: Promise<void>, onOutput: (text: string) => void) {
  const { out, exit } = await call(argv, { stopped, onOutput });
  return {
    lines: out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
    exit,
  };
}

describe('resume', () => {
  const resume = (id: string) => on('resume', id, ...app);

  it('takes one run up and shows how it went', async () => {
    await database(file, (flow) => flow.start(Counter, { to: 3 }, { id: 'one' }), executesNothing);
    const { out, exit } = await call(resume('one'));
    expect(exit).toBe(0);
    expect(out).toMatch(/^status +completed$/m);
    expect(out).toMatch(/^output +6$/m);
    const again = await callJson<JsonError>(resume('one'));
    expect([again.data.error.code, again.exit]).toEqual(['DF_RUN_ENDED', 1]);
  });

  it('exits with 3 if the run waits, and 1 if it ends otherwise', async () => {
    await database(
      file,
      async (flow) => {
        await flow.start(Refund, { customer: 'c', cents: 1 }, { id: 'gate' });
        await flow.start(Refund, { customer: 'c', cents: 1, fails: true }, { id: 'broken' });
      },
      executesNothing,
    );
    expect((await call(resume('gate'))).exit).toBe(3);
    const { data, exit } = await callJson<{ run: { status: string } }>(resume('broken'));
    expect([data.run.status, exit]).toEqual(['failed', 1]);
  });

  it('refuses an unknown run and a workflow that is not registered', async () => {
    await database(file, (flow) => flow.start(Counter, { to: 3 }, { id: 'one' }), executesNothing);
    expect((await callJson<JsonError>(resume('nobody'))).data.error.code).toBe('DF_UNKNOWN_RUN');
    expect((await callJson<JsonError>(resume('one'), { module: { register: () => {} } })).data.error.code).toBe('DF_UNKNOWN_WORKFLOW');
  });

  it('takes a diverged run up again once the code is mended', async () => {
    const changing = (method: 'first' | 'second') => {
      @workflow({ name: 'changing' })
      class Changing {
        async run() {
          const found = await this[method]();
          await this.gate();
          return found;
        }
        @step() async first() {
          return 'first';
        }
        @step() async second() {
          return 'second';
        }
        @approval({}) @step() async gate() {}
      }
      return { Changing, register: (flow: DurableFlow) => void flow.register(Changing, () => new Changing()) };
    };
    const { Changing, ...original } = changing('first');
    const flow = await DurableFlow.open(file);
    original.register(flow);
    await (await flow.start(Changing, undefined, { id: 'one' })).settled();
    await flow.close();
    await call(on('approve', '1'));
    const changed = await callJson<{ run: { status: string }; next: unknown }>(resume('one'), { module: changing('second') });
    expect(changed.data).toMatchObject({
      run: { status: 'diverged', error: { code: 'DF_DIVERGED' } },
      next: [{ commands: [`durableflow --db ${file} resume one --app MODULE`] }],
    });
    expect(changed.exit).toBe(1);
    const mended = await callJson(resume('one'), { module: original });
    expect(mended).toMatchObject({ data: { run: { status: 'completed', output: 'first' } }, exit: 0 });
  });
});

describe('the module given with --app', () => {
  beforeEach(async () => {
    await database(file, (flow) => flow.start(Counter, { to: 2 }, { id: 'one' }), executesNothing);
  });

  it.each([
    ['by name', { register }],
    ['as the default', { default: register }],
    ['in the default of a CommonJS module', { default: { register } }],
    ['asynchronously', { register: async (flow: DurableFlow): Promise<unknown> => register(flow) }],
  ] satisfies [string, unknown][])('registers the classes %s', async (_how, module) => {
    expect((await callJson<JsonRecovery>(recover(), { module })).data.runs).toMatchObject([{ id: 'one', status: 'completed' }]);
  });

  it.each([[{}], [{ register: 'yes' }], [{ default: 1 }], [{ default: null }]])('must export register(flow), not %j', async (module) => {
    const { err, exit } = await call(recover(), { module });
    expect(exit).toBe(1);
    expect(err).toMatch(
      /^error \[CLI_APP_INVALID\]: .* exports no function register\(flow\)\nfix: Export a function `register\(flow\)` that calls/,
    );
  });

  it('must be there', async () => {
    const { err, exit } = await call(on('recover', '--app', join(folder, 'app.ts')));
    expect([err.split(':')[0], exit]).toEqual(['error [CLI_APP_MISSING]', 1]);
  });

  it('must be given', async () => {
    const { err, exit } = await call(on('recover'));
    expect([err.split('\n')[0], exit]).toEqual(["error [CLI_USAGE]: required option '--app <module>' not specified", 2]);
  });

  it('must load', async () => {
    const { err, exit } = await call(recover(), { module: new SyntaxError('Unexpected token') });
    expect(exit).toBe(1);
    expect(err).toMatch(/^error \[CLI_APP_FAILED\]: .* cannot be loaded: Unexpected token\nfix: /);
  });

  it('must register without an error; one of the engine keeps its code', async () => {
    const failing = (error: Error) => ({
      register: () => {
        throw error;
      },
    });
    const plain = await call(recover(), { module: failing(new Error('no config')) });
    expect(plain.err).toMatch(/^error \[CLI_APP_FAILED\]: register\(flow\) of .* threw: no config\n/);
    const coded = await callJson<JsonError>(recover(), { module: { register: (flow: DurableFlow) => void flow.register(class Bare { async run() {} }, () => ({ async run() {} })) } }); // prettier-ignore
    expect(coded.data.error.code).toBe('DF_INVALID_DEFINITION');
  });
});
