import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadinessReport } from '../../readiness-suites/report/readiness-schema.js';
import { supportAgent, unsafeAgent } from '../readiness-suites/support-agents.js';
import { VitestProject } from '../vitest-plugin/vitest-project.js';

const root = join(import.meta.dirname, '../..');

describe('durableflow readiness', () => {
  let project: VitestProject;
  beforeAll(() => {
    project = new VitestProject();
    project.suite('support.test.ts', supportAgent());
    project.write('ordinary.test.ts', `import { test } from 'vitest'; test('fails', () => { throw new Error('no business of ours'); });`);
  });
  afterAll(() => project[Symbol.dispose]());

  const durableflow = (...argv: readonly string[]) =>
    new Promise<{ exit: number; out: string; err: string }>((resolve) => {
      const { CI: _ci, ...env } = process.env;
      execFile(
        process.execPath,
        ['--import', join(root, 'node_modules/tsx/dist/esm/index.mjs'), join(root, 'sdk/cli/main.ts'), 'readiness', ...argv],
        { cwd: project.folder, env: { ...env, NO_COLOR: '1', TSX_TSCONFIG_PATH: join(root, 'tsconfig.json') } },
        (error, out, err) => resolve({ exit: error ? Number(error.code) : 0, out, err }),
      );
    });

  it('runs the suites alone, and exits with 0 for a ship', async () => {
    const { exit, out } = await durableflow();
    expect([exit, out.trimEnd().split('\n').at(-1)]).toEqual([0, expect.stringMatching(/^SHIP {2}SupportAgent may ship/)]);
  });

  it('exits with 1 for no ship, and prints nothing but the report with --json', async () => {
    project.suite('unsafe.test.ts', unsafeAgent());
    const { exit, out } = await durableflow('--json');
    rmSync(join(project.folder, 'unsafe.test.ts'));
    expect([exit, (JSON.parse(out) as ReadinessReport).suites.map(({ state }) => state)]).toEqual([1, ['no_ship', 'ship']]);
  });

  it('exits with 2 if not everything was tried, and writes no baseline then', async () => {
    project.suite('support.test.ts', supportAgent().slice(1));
    const { exit } = await durableflow('support', '--update-baseline');
    project.suite('support.test.ts', supportAgent());
    expect([exit, existsSync(join(project.folder, 'readiness.baseline.json'))]).toEqual([2, false]);
  });

  it('exits with 3 if the tests leave no report', async () => {
    const { exit, err } = await durableflow('ordinary');
    expect([exit, err]).toEqual([3, expect.stringContaining('CLI_NO_VERDICT')]);
  });

  it('writes the baseline, with which the next run tells of what was loosened', async () => {
    expect((await durableflow('--update-baseline')).exit).toBe(0);
    project.suite('support.test.ts', supportAgent({ threshold: 10 }));
    const { out } = await durableflow();
    project.suite('support.test.ts', supportAgent());
    expect(out).toContain('loosened: SupportAgent: the threshold is 10; it was 80');
  });
});
