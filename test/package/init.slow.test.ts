import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadinessReport } from '../../readiness-suites/report/readiness-schema.js';
import { projectRoot } from '../docs/code-blocks.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { installPackage, takeOverSqlite, type Consumer } from './consumer.js';

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

/** Packages come from the registry that npm is set to; their install scripts are not tried. */
const npmEnv = {
  ...process.env,
  npm_config_ignore_scripts: 'true',
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
};

const registryAnswers = () => spawnSync('npm', ['view', 'vitest', 'version'], { timeout: 30_000, stdio: 'ignore' }).status === 0;

/** The agent as NestJS makes it: its container reads the types of the constructor's parameters. */
const container = `async ({ tool }) => {
    @Module({ providers: [{ provide: CrmService, useValue: tool(crm, { name: 'crm' }) }, RefundsService] })
    class AppModule {}
    return (await NestFactory.createApplicationContext(AppModule, { logger: false })).get(RefundsService);
  },`;

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

  it.skipIf(!registryAnswers())('NestJS itself: npm really installs, and the container makes the agent', { timeout: 600_000 }, () => {
    const folder = tempFolder();
    cpSync(join(projects, 'nest'), folder, { recursive: true });
    rmSync(join(folder, 'src/injectable.ts'));
    const manifest = {
      private: true,
      dependencies: {
        '@nestjs/common': '^11.1.0',
        '@nestjs/core': '^11.1.0',
        durableflow: `file:${join(consumer.folder, consumer.tarball.filename)}`,
        'reflect-metadata': '^0.2.2',
        rxjs: '^7.8.2',
      },
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    for (const file of ['src/refunds.service.ts', 'src/crm.service.ts']) {
      const text = readFileSync(join(folder, file), 'utf8').replace("'./injectable'", "'@nestjs/common'");
      writeFileSync(join(folder, file), text);
    }
    execFileSync('npm', ['install'], { cwd: folder, env: npmEnv, stdio: 'pipe' });
    takeOverSqlite(folder);
    expect(existsSync(join(folder, 'node_modules/vitest'))).toBe(false);

    const init = ['node_modules/durableflow/dist/sdk/cli/main.js', 'init', '--class', 'src/refunds.service.ts'];
    execFileSync(process.execPath, init, { cwd: folder, env: npmEnv, stdio: 'pipe' });
    const { devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { devDependencies: object };
    expect(devDependencies).toHaveProperty('vitest');
    expect(existsSync(join(folder, 'node_modules/vitest/package.json'))).toBe(true);

    const suite = readdirSync(join(folder, 'test')).find((file) => file.includes('readiness'))!;
    twoModes(folder, `test/${suite}`);
    const written = readFileSync(join(folder, 'test', suite), 'utf8');
    const made = "({ tool }) => new RefundsService(tool(crm, { name: 'crm' })),";
    expect(written).toContain(made);
    const imports = "import 'reflect-metadata';\nimport { Module } from '@nestjs/common';\nimport { NestFactory } from '@nestjs/core';\n";
    writeFileSync(
      join(folder, 'test', suite),
      imports + written.replace(made, container).replace('import type { CrmService }', 'import { CrmService }'),
    );
    expect(passed(verdictOf(folder))).toEqual(['fault_free', 'crash_after_side_effect']);
  });
});
