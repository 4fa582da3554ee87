import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { booking, bookingSuite, TrialProject, type TrialRun } from './trial-project.js';

/** What came of one mode of the one suite, by its title. */
function modeOf({ report, out }: TrialRun, title: string) {
  const mode = report?.suites[0]?.modes.find((it) => it.title === title);
  expect(mode, out).toBeDefined();
  return mode!;
}

const only = ['-t', 'does its work'];

describe('a suite is tried', () => {
  it.each([
    ['with the plugin alone', {}, {}, {}],
    ['where describe is a global', {}, { test: 'globals: true' }, { imports: '' }],
    ['in a project that does not isolate its files', {}, { test: 'isolate: false' }, {}],
    ['in worker threads', {}, { test: "pool: 'threads'" }, {}],
    ['inside of another describe', {}, {}, { declare: "describe('all agents', () => describe.readiness", extra: ');' }],
  ])('%s', async (_name, env, config, suite) => {
    using project = new TrialProject(config);
    project.write('booking.test.ts', bookingSuite(suite).replace('});\n);', '}));'));
    const run = await project.run(only, env);
    expect(modeOf(run, 'does its work').status, run.out).toBe('passed');
    expect(run.report!.state).toBe('incomplete');
    expect(run.exit).toBe(0);
    expect(project.leftOver()).toEqual([]);
  });

  it('with standard decorators that the plugin lowers', async () => {
    using project = new TrialProject({ plugin: "decorators: 'standard'" });
    project.write('booking.test.ts', bookingSuite());
    const run = await project.run(only);
    expect(modeOf(run, 'does its work').status, run.out).toBe('passed');
  });

  it('by processes that get their code from tsx', async () => {
    using project = new TrialProject({ plugin: "loader: 'tsx'" });
    project.write('booking.test.ts', bookingSuite());
    const run = await project.run(only);
    expect(modeOf(run, 'does its work').status, run.out).toBe('passed');
  });

  it('once, whatever the project says about retries', async () => {
    using project = new TrialProject({ test: 'retry: 3' });
    project.write('booking.ts', booking('@step()').replace('effectKey()', "'k'"));
    project.write('booking.test.ts', bookingSuite());
    const run = await project.run(['-t', 'crash after side effect']);
    expect(run.exit).toBe(1);
    // A test that was tried again would leave a gap beside its failure.
    expect(modeOf(run, 'crash after side effect')).toMatchObject({ status: 'failed' });
    expect(modeOf(run, 'crash after side effect').gap).toBeUndefined();
  });
});

describe('a run that is stopped', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('by %s leaves no process', async (signal) => {
    using project = new TrialProject();
    project.write('booking.test.ts', bookingSuite());
    const vitest = project.start(['run']);
    const ended = new Promise((resolve) => vitest.on('close', resolve));
    await until(() => project.leftOver().length >= 3);
    vitest.kill(signal);
    await ended;
    await until(() => project.leftOver().length === 0);
  });
});

describe('in watch mode', () => {
  it('a change of the agent is tried anew', async () => {
    using project = new TrialProject();
    project.write('booking.ts', booking().replace('return this.book(name);', "throw new Error('not today');"));
    project.write('booking.test.ts', bookingSuite());
    const vitest = project.start(['watch', ...only]);
    await until(() => project.report()?.suites[0]?.modes[0]?.status === 'failed');
    project.write('booking.ts', booking());
    await until(() => project.report()?.suites[0]?.modes[0]?.status === 'passed');
    vitest.kill('SIGTERM');
    await until(() => project.leftOver().length === 0);
  });
});

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 100) {
    if (waited > 120_000) throw new Error('it never came to that');
    await pause(100);
  }
}
