import * as parser from '@typescript-eslint/parser';
import durableflow from 'durableflow/eslint';
import { Linter } from 'eslint';

/** What the recommended rules say of a TypeScript file: `line rule: message`. */
export function lint(code: string, config: Linter.Config = { languageOptions: { parser } }): string[] {
  const recommended = durableflow.configs.recommended as unknown as Linter.Config;
  const messages = new Linter().verify(
    code,
    [{ files: ['**/*.ts', '**/*.js', '**/*.cjs'] }, config, recommended],
    config.files ? 'file.cjs' : 'file.ts',
  );
  return messages.map(({ line, ruleId, message }) => `${line} ${ruleId?.replace('durableflow/', '')}: ${message}`);
}

/** The rules that complain of these statements when they stand in `run()` of a workflow, each once for each complaint. */
export function rulesAgainst(statements: string, before = ''): string[] {
  return lint(inRun(statements, before)).map((message) => message.replace(/^\d+ ([\w-]+): .*$/s, '$1'));
}

/** A workflow with these statements in `run()`. */
export function inRun(statements: string, before = ''): string {
  return `import { child, now, random, signal, sideEffect, sleep, step, uuid, workflow } from 'durableflow';
${before}
@workflow({ name: 'agent' })
class Agent {
  async run(input: string[]) {
    ${statements}
  }
  @step() async fetchOne(id: string) { return id; }
  @sideEffect({ idempotencyKey: (id) => id }) async send(id: string) { return id; }
  async both(id: string) { await this.fetchOne(id); return this.send(id); }
}`;
}
