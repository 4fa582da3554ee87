import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import durableflow from 'durableflow/eslint';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { filesIn, projectRoot } from '../docs/code-blocks.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { lint } from './lint.js';

const code = `import { defineWorkflow, sleep, step, workflow as durable } from 'durableflow';
import { randomUUID as id } from 'node:crypto';
import { readFileSync } from 'node:fs';
let count = 0;
@durable({ name: 'agent' })
export class Agent {
  async run(input: string[]): Promise<unknown> {
    count++;
    this.one(input);
    input.forEach(async () => { await this.one(input); });
    setTimeout(() => {}, 1);
    return [this.plain(), id(), Math.random(), Date.now(), new Date(0), process.env['A'] as string, readFileSync('a')];
  }
  plain() { return new Date(); }
  @step() async one(input: string[]) { return [this.two(), new Date(), sleep('1s'), fetch('x'), input]; }
  @step() async two() { return Math.random(); }
}
export const B = defineWorkflow(class { async run() { return fetch('x'); } async one() { return fetch('x'); } }, { name: 'b', methods: { one: {} } });
`;

interface OxlintReport {
  readonly diagnostics: readonly {
    readonly message: string;
    readonly code: string;
    readonly labels: readonly { readonly span: { readonly line: number } }[];
  }[];
}

describe('the plugin in oxlint', () => {
  it('says what it says in ESLint', () => {
    const folder = tempFolder();
    // oxlint loads a plugin with Node, which takes no TypeScript.
    for (const file of filesIn('sdk/eslint', '.ts')) {
      const { outputText } = ts.transpileModule(readFileSync(join(projectRoot, file), 'utf8'), {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
      });
      mkdirSync(join(folder, 'plugin'), { recursive: true });
      writeFileSync(join(folder, file.replace('sdk/eslint', 'plugin').replace(/\.ts$/, '.js')), outputText);
    }
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'agent.ts'), code);
    writeFileSync(
      join(folder, '.oxlintrc.json'),
      JSON.stringify({
        jsPlugins: ['./plugin/plugin.js'],
        categories: { correctness: 'off' },
        rules: durableflow.configs.recommended.rules,
      }),
    );
    const oxlint = join(projectRoot, 'node_modules/oxlint/bin/oxlint');
    const { stdout, stderr } = spawnSync(process.execPath, [oxlint, '--format', 'json', 'agent.ts'], { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe('');
    const { diagnostics } = JSON.parse(stdout) as OxlintReport;
    const found = diagnostics.map(({ message, code: rule, labels }) => {
      const name = /durableflow\(([\w-]+)\)/.exec(rule)![1];
      return `${labels[0]!.span.line} ${name}: ${message}`;
    });
    expect(found.toSorted()).toEqual(lint(code).toSorted());
    expect(found.length).toBeGreaterThan(10);
  });
});
