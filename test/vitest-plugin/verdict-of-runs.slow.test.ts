import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timeless } from '../../readiness-suites/report/timeless.js';
import { suite } from '../readiness-suites/evidence-builder.js';
import { supportAgent, unsafeAgent } from '../readiness-suites/support-agents.js';
import { VitestProject } from './vitest-project.js';

const support = () => supportAgent({ file: 'support.test.ts' });
const unsafe = () => unsafeAgent().map((it) => ({ ...it, suite: suite({ agent: 'UnsafeAgent', file: 'unsafe.test.ts', line: 9 }) }));

describe('what the verdict of a real run of Vitest says', () => {
  let project: VitestProject;
  beforeAll(() => {
    project = new VitestProject();
    project.suite('support.test.ts', support());
  });
  afterAll(() => project[Symbol.dispose]());

  it('ship, and the same JSON the second time but for times', async () => {
    const [one, other] = [await project.run(), await project.run()];
    expect([one.exit, one.report?.state]).toEqual([0, 'ship']);
    expect(timeless(other.report!)).toBe(timeless(one.report!));
  });

  it('no ship, and the command that it prints runs the blocker and nothing else', async () => {
    project.suite('unsafe.test.ts', unsafe());
    const run = await project.run();
    rmSync(join(project.folder, 'unsafe.test.ts'));
    expect([run.exit, run.report?.state]).toEqual([1, 'no_ship']);
    const blocked = run.report!.suites[0]!;
    const command = blocked.modes.find(({ id }) => id === blocked.blocker!.mode)!.reproduce!;
    const [, file, pattern] = /run (\S+) -t "(.+)"$/.exec(command)!;
    project.suite('unsafe.test.ts', unsafe());
    const again = await project.run([file!, '-t', pattern!]);
    rmSync(join(project.folder, 'unsafe.test.ts'));
    expect(again.report!.suites[0]!.modes.filter(({ status }) => status !== 'not_run').map(({ id }) => id)).toEqual(['prompt_injection']);
    expect(again.report!.state).toBe('no_ship');
  });

  it.each([
    ['-t', [], 'describe', ['-t', 'SupportAgent tool timeout']],
    ['.skip', [], 'describe.skip', []],
  ] as const)('incomplete, never ship, with %s; and in CI it fails', async (_what, _none, declare, argv) => {
    project.suite('support.test.ts', support(), declare);
    const [here, ci] = [await project.run(argv), await project.run(argv, { CI: '1' })];
    project.suite('support.test.ts', support());
    const state = declare === 'describe' ? 'incomplete' : 'empty';
    expect([here.exit, here.report?.state]).toEqual([0, state]);
    expect([ci.exit, ci.report?.state]).toEqual([1, state]);
  });

  it('empty with an .only beside it', async () => {
    project.suite('support.test.ts', support(), 'describe', `describe.only('other', () => test('runs', () => {}));`);
    const { report } = await project.run();
    project.suite('support.test.ts', support());
    expect(report?.state).toBe('empty');
  });

  it('of shards is recomputed by their merge', async () => {
    project.suite('unsafe.test.ts', unsafe());
    const ci = { CI: '1' };
    const shards = [await project.run(['--shard=1/2', '--reporter=blob'], ci), await project.run(['--shard=2/2', '--reporter=blob'], ci)];
    expect(shards.map(({ exit }) => exit)).toEqual(expect.arrayContaining([0, 1]));
    const merged = await project.run(['--merge-reports'], ci);
    rmSync(join(project.folder, 'unsafe.test.ts'));
    rmSync(join(project.folder, '.vitest-reports'), { recursive: true, force: true });
    expect([merged.exit, merged.report?.state]).toEqual([1, 'no_ship']);
    expect(merged.report?.suites.map(({ agent }) => agent)).toEqual(['UnsafeAgent', 'SupportAgent']);
    expect(merged.report?.suites[1]).toMatchObject({ state: 'ship', score: { overall: { durable: 100 } } });
  });

  it('does not stand in the way of a program that reads the output', async () => {
    const run = await project.run(['--reporter=json']);
    expect(JSON.parse(run.out)).toMatchObject({ success: true });
    expect(readFileSync(join(project.folder, '.readiness/readiness.md'), 'utf8')).toContain('SHIP');
  });
});
