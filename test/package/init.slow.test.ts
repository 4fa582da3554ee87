import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadinessReport } from '../../readiness-suites/report/readiness-schema.js';
import { projectRoot } from '../docs/code-blocks.js';
import { installPackage, type Consumer } from './consumer.js';

const projects = join(projectRoot, 'test/fixtures/init');

let consumer: Consumer;
beforeAll(() => {
  consumer = installPackage();
  const modules = join(consumer.folder, 'node_modules');
  symlinkSync(join(projectRoot, 'node_modules/openai'), join(modules, 'openai'));
  symlinkSync(join(projectRoot, 'node_modules/vitest/vitest.mjs'), join(modules, '.bin/vitest'));
});
afterAll(() => consumer?.remove());

function projectOf(name: string): string {
  const folder = join(consumer.folder, name);
  cpSync(join(projects, name), folder, { recursive: true });
  symlinkSync(join(consumer.folder, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

const durableflow = (folder: string, ...args: string[]) =>
  execFileSync(process.execPath, ['node_modules/durableflow/dist/sdk/cli/main.js', ...args], { cwd: folder, encoding: 'utf8' });

/** Two modes of fifteen, so the verdict is `incomplete`; what they found is there. */
function twoModes(folder: string, suite: string): void {
  const file = join(folder, suite);
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('  allowedEffects', "  modes: ['fault_free', 'crash_after_side_effect'],\n  allowedEffects"),
  );
}

function verdictOf(folder: string): ReadinessReport {
  const { stdout, stderr } = spawnSync('npm', ['run', '--silent', 'readiness'], { cwd: folder, encoding: 'utf8' });
  try {
    return JSON.parse(readFileSync(join(folder, '.readiness/readiness.json'), 'utf8')) as ReadinessReport;
  } catch {
    throw new Error(`no verdict: ${stdout}\n${stderr}`);
  }
}

const passed = ({ suites }: ReadinessReport) =>
  suites.flatMap(({ modes }) => modes.filter(({ status }) => status === 'passed').map(({ id }) => id));

describe('durableflow init, and the verdict after it', () => {
  it('a plain ES module project with standard decorators: the sample may ship', { timeout: 600_000 }, () => {
    const folder = projectOf('esm');
    durableflow(folder, 'init', '--no-install');
    expect(verdictOf(folder).state).toBe('ship');
  });

  it('a NestJS-style project: CommonJS, legacy decorators with metadata, Jest; a class of its own', { timeout: 600_000 }, () => {
    const folder = projectOf('nest');
    durableflow(folder, 'init', '--no-install', '--class', 'src/refunds.service.ts');
    twoModes(folder, 'test/refunds.service.readiness.ts');
    expect(passed(verdictOf(folder))).toEqual(['fault_free', 'crash_after_side_effect']);
  });

  it('a JavaScript project: the sample', { timeout: 600_000 }, () => {
    const folder = projectOf('js');
    durableflow(folder, 'init', '--no-install');
    twoModes(folder, 'refund-agent.readiness.test.js');
    expect(passed(verdictOf(folder))).toEqual(['fault_free', 'crash_after_side_effect']);
  });
});
