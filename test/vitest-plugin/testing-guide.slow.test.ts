import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeBlocksOf } from '../docs/code-blocks.js';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'durableflow-guide-'));
const blocks = codeBlocksOf('docs/testing.md')
  .map(({ code }) => code)
  .filter((code) => code.includes("from 'durableflow/vitest'"));

/** As a project would have it, but for where the package is. */
const config = `
  import { readiness } from ${JSON.stringify(join(root, 'vitest-plugin/plugin.ts'))};
  const at = (path) => ${JSON.stringify(root)} + path;
  export default {
    plugins: [readiness()],
    resolve: { alias: [
      { find: 'durableflow/vitest', replacement: at('/vitest-plugin/index.ts') },
      { find: /^durableflow$/, replacement: at('/sdk/index.ts') },
    ] },
    test: { testTimeout: 60_000 },
  };`;

interface Results {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly status: string; readonly failureMessages: string[] }[];
  }[];
}

function run(file: string, code: string) {
  writeFileSync(join(folder, file), code);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { stdout } = spawnSync(process.execPath, [vitest, 'run', '--reporter=json', file], { cwd: folder, encoding: 'utf8' });
  const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{"num'))) as Results;
  return testResults.flatMap(({ assertionResults }) => assertionResults);
}

beforeAll(() => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "experimentalDecorators": true } }');
  writeFileSync(join(folder, 'vitest.config.ts'), config);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('docs/testing.md', () => {
  it.each(blocks.map((code, i) => [/(?:class) (\w+)/.exec(code)![1]!, `guide-${i}.test.ts`, code]))(
    '%s does what it says',
    (_name, file, code) => {
      const results = run(file, code);
      expect(results.map(({ status, failureMessages }) => [status, ...failureMessages])).toEqual([['passed']]);
    },
  );
});

describe('crashAt.everyBoundary', () => {
  it('fails a class that does its deed in a step, and says where', () => {
    const careless = blocks
      .at(-1)!
      .replace(/@sideEffect\(.*\)/, '@step()')
      .replace('effectKey()', 'String(Math.random())');
    const [result] = run('careless.test.ts', careless.replace('agent: ({ tool })', 'honoursKeys: false, agent: ({ tool })'));
    expect(result!.status).toBe('failed');
    expect(result!.failureMessages[0]).toMatch(/expected Order to survive, but at \d+ of \d+ places it did not/);
    expect(result!.failureMessages[0]).toMatch(/happened twice|returned something else/);
  });
});
