import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeBlocksOf, projectRoot } from '../docs/code-blocks.js';
import { runConsoleBlocks } from '../docs/console-session.js';
import { installPackage, type Consumer } from './consumer.js';

const consumerSources = join(projectRoot, 'test/fixtures/consumer');
const compilerOptions = { module: 'nodenext', target: 'es2022', lib: ['es2023'], types: ['node'], strict: true, outDir: 'out' };

let consumer: Consumer;
beforeAll(() => {
  consumer = installPackage();
});
afterAll(() => consumer?.remove());

/** A folder of the project with the sample sources and, if it is given, a `tsconfig.json`. */
function folderWith(name: string, options?: object): string {
  const folder = join(consumer.folder, name);
  cpSync(consumerSources, folder, { recursive: true });
  if (options) writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['order.ts', 'main.ts'] }));
  return folder;
}

function node(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { stdout, stderr, signal } = spawnSync(process.execPath, args, { cwd, env: { ...process.env, ...env }, encoding: 'utf8' });
  return { printed: stdout.trimEnd().split('\n'), stderr, signal };
}

/** The order is killed in its second step, and another process brings it to its end. */
function killAndResume(folder: string, ...program: string[]): void {
  expect(node(folder, [...program, 'orders.db'], { CRASH: '1' })).toMatchObject({ printed: ['quoting', 'advising'], signal: 'SIGKILL' });
  expect(node(folder, [...program, 'orders.db'])).toEqual({
    printed: ['advising', 'waiting', 'Charge 900 for bike', 'charging', 'bike for 900; A note on the bike.; charge:bike:900'],
    stderr: '',
    signal: null,
  });
}

describe('the installed package runs a decorated class', () => {
  it('from TypeScript under tsx, with standard decorators', () => {
    killAndResume(folderWith('tsx-standard'), '--import', 'tsx', 'main.ts');
  });

  it('from TypeScript under tsx, with experimentalDecorators', () => {
    killAndResume(folderWith('tsx-legacy', { experimentalDecorators: true }), '--import', 'tsx', 'main.ts');
  });

  it.each([false, true])('from JavaScript that tsc has compiled, with experimentalDecorators: %s', (experimentalDecorators) => {
    const folder = folderWith(`tsc-${experimentalDecorators}`, { ...compilerOptions, experimentalDecorators });
    // The types of the package are checked too: skipLibCheck is off.
    expect(node(folder, [join(consumer.folder, 'node_modules/typescript/bin/tsc')])).toMatchObject({ printed: [''], stderr: '' });
    killAndResume(folder, 'out/main.js');
  });

  it('inside Vitest', () => {
    const folder = folderWith('vitest');
    const { printed, stderr } = node(folder, [join(consumer.folder, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=json']);
    const report = printed.find((line) => line.startsWith('{'));
    expect(report, stderr).toBeDefined();
    expect(JSON.parse(report!)).toMatchObject({ numPassedTests: 1, numFailedTests: 0, success: true });
  });

  it('as docs/guide.md tells it, its commands, the command line and both verdicts included', { timeout: 1_200_000 }, () => {
    const blocks = codeBlocksOf('docs/guide.md');
    const folder = join(consumer.folder, 'guide');
    mkdirSync(folder);
    cpSync(join(consumer.folder, 'package.json'), join(folder, 'package.json'));
    symlinkSync(join(consumer.folder, 'node_modules'), join(folder, 'node_modules'));
    expect(blocks.filter(({ language }) => language === 'console').length).toBeGreaterThan(4);
    // As a reader does: block by block. A file that is shown again has been changed.
    for (const block of blocks) {
      const [, name] = /^\/\/ ([\w.-]+\.ts)\n/.exec(block.code) ?? [];
      if (name) writeFileSync(join(folder, name), block.code);
      else expect(runConsoleBlocks([block], folder)).toEqual([]);
    }
  });
});

describe('the tarball', () => {
  it('holds the built files and the documents that npm shows, nothing else', () => {
    const expected =
      /^(?:dist\/[\w/.-]+\.(?:js|mjs|json|d\.ts)|dist\/sdk\/ui\/assets\/(?:index\.html|[\w-]+\.(?:css|svg))|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
    const paths = consumer.tarball.files.map(({ path }) => path);
    expect(paths.filter((path) => !expected.test(path))).toEqual([]);
    expect(paths).toEqual(
      expect.arrayContaining(['dist/sdk/index.js', 'dist/sdk/index.d.ts', 'dist/sdk/cli/main.js', 'LICENSE', 'README.md']),
    );
  });

  it('is small', () => {
    expect(consumer.tarball.size).toBeLessThan(950_000);
  });

  it('has no path of the machine that it was packed on', () => {
    const installed = join(consumer.folder, 'node_modules/durableflow');
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((file) => statSync(join(installed, file)).isFile());
    expect(files.length).toBe(consumer.tarball.files.length);
    expect(files.filter((file) => readFileSync(join(installed, file), 'utf8').includes(projectRoot))).toEqual([]);
  });

  it('has a command that can be executed', () => {
    const { mode } = consumer.tarball.files.find(({ path }) => path === 'dist/sdk/cli/main.js')!;
    expect(mode & 0o111).toBe(0o111);
    expect(readFileSync(join(consumer.folder, 'node_modules/durableflow/dist/sdk/cli/main.js'), 'utf8')).toMatch(
      /^#!\/usr\/bin\/env node\n/,
    );
  });
});
