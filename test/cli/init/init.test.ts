import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, callJson, temporaryFolder } from '../terminal.js';

async function projectWith(files: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

const init = (folder: string, ...options: string[]) => call(['init', folder, '--no-install', ...options]);
const textOf = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');

interface InitData {
  readonly changes: readonly { readonly file: string; readonly how: string }[];
  readonly packages: { readonly dependencies: readonly string[]; readonly devDependencies: readonly string[] };
}

const esm = JSON.stringify({ name: 'desk', type: 'module', devDependencies: { typescript: '^6.0.0' } }, null, 4);
const crm = `export class Crm {
  #refunds = new Map();
  async lastOrder(customer: string): Promise<{ cents: number }> { return { cents: 1 }; }
  async refund(customer: string, cents: number): Promise<void> {}
  async never() {}
}
`;
const refunds = `import { sideEffect, step, workflow, type ModelClient } from 'durableflow';
import { Crm } from './crm.js';
import type { Claim } from './claim.js';
interface Mailer { send(to: string): Promise<string> }
@Injectable()
@workflow({ name: 'refunds' })
export class Refunds {
  constructor(@Inject() private readonly crm: Crm, private readonly deps: { models: ModelClient; mailer: Mailer }, limit = 5) {}
  async run(claim: Claim) { await this.lastOrder(claim.customer); await this.pay(claim.customer); }
  @step() async lastOrder(customer: string) { return this.crm.lastOrder(customer); }
  @sideEffect({ idempotencyKey: (customer) => customer }) async pay(customer: string) { return this.crm.refund(customer, 1); }
  @sideEffect({ idempotencyKey: (customer) => customer }) async tell(customer: string) { return this.deps.mailer.send(customer); }
}
`;
const claim = `export type Kind = 'late' | 'broken';
export interface Claim { readonly customer: string; kind: Kind; lines: { sku: string; n: number }[]; note?: string }
`;

describe('durableflow init', () => {
  it('adds a configuration, a sample agent, its suite, a script and an ignored folder, and names the packages', async () => {
    const folder = await projectWith({ 'package.json': esm, 'src/main.ts': '', '.gitignore': 'node_modules' });
    const { out, exit } = await init(folder);
    expect(exit).toBe(0);
    expect(out).toMatch(/new +vitest\.config\.ts/);
    expect(out).toContain('npm install -D vitest@^4.1.0 openai@');
    expect(textOf(folder, 'vitest.config.ts')).toContain('plugins: [readiness()]');
    expect(textOf(folder, 'src/refund-agent.readiness.test.ts')).toContain("from './refund-agent.js'");
    expect(textOf(folder, 'package.json')).toBe(
      `${JSON.stringify({ ...(JSON.parse(esm) as object), scripts: { readiness: 'durableflow readiness' } }, null, 4)}\n`,
    );
    expect(textOf(folder, '.gitignore')).toBe('node_modules\n.readiness/\n');
  });

  it('changes nothing when it is called again, nor with --dry-run', async () => {
    const folder = await projectWith({ 'package.json': esm });
    const planned = await callJson<InitData>(['init', folder, '--dry-run']);
    expect(planned.data.changes.map(({ how }) => how)).toEqual(['new', 'new', 'new', 'changed']);
    expect(() => textOf(folder, 'vitest.config.ts')).toThrow('ENOENT');
    await init(folder);
    writeFileSync(join(folder, 'refund-agent.ts'), '// mine');
    const again = await callJson<InitData>(['init', folder, '--no-install']);
    expect(again.data.changes.map(({ how }) => how)).toEqual(['kept', 'kept', 'kept', 'kept']);
    expect(textOf(folder, 'refund-agent.ts')).toBe('// mine');
  });

  it('fills in what the types of a class tell: its input, stand-ins for its clients, and what they change', async () => {
    const folder = await projectWith({
      'package.json': esm,
      'src/refunds.ts': refunds,
      'src/crm.ts': crm,
      'src/claim.ts': claim,
      'test/a.test.ts': '',
    });
    expect((await init(folder, '--class', join(folder, 'src/refunds.ts'))).exit).toBe(0);
    const suite = textOf(folder, 'test/refunds.readiness.test.ts');
    expect(suite).toContain("import { Refunds } from '../src/refunds.js';\nimport type { Crm } from '../src/crm.js';");
    expect(suite).toContain("input: { customer: 'text', kind: 'late', lines: [{ sku: 'text', n: 1 }] },");
    expect(suite).toContain('  lastOrder: async () => ({ cents: 1 }),\n  refund: async () => undefined,\n} as unknown as Crm;');
    expect(suite).toContain(
      "agent: ({ models, tool }) => new Refunds(tool(crm, { name: 'crm' }), { models, mailer: tool(mailer, { name: 'mailer' }) }),",
    );
    expect(suite).toContain("allowedEffects: ['refund', 'send'],");
    expect(suite).not.toContain('never:');
  });

  it('reads a class that a later statement makes a workflow', async () => {
    const agent = `import { defineWorkflow } from 'durableflow';
export class Desk { constructor(crm) { this.crm = crm; } async run(a) { return this.pay(a); } async pay(a) { return this.crm.refund(a); } }
defineWorkflow(Desk, { name: 'desk', methods: { pay: { sideEffect: { idempotencyKey: (a) => a } } } });
`;
    const folder = await projectWith({ 'package.json': '{"type":"module"}', 'desk.js': agent });
    await init(folder, '--class', join(folder, 'desk.js'));
    expect(textOf(folder, 'desk.readiness.test.js')).toContain("allowedEffects: ['refund'],");
  });

  it('reads plain JavaScript, in which only names tell', async () => {
    const agent = `import { defineWorkflow } from 'durableflow';
export const Desk = defineWorkflow(
  class { constructor({ models, crm }) { this.crm = crm; this.models = models; } async run(a) { return this.pay(a); } async pay(a) { return this.crm.refund(a); } },
  { name: 'desk', methods: { pay: { sideEffect: { idempotencyKey: (a) => a } } } },
);
`;
    const folder = await projectWith({ 'package.json': '{"type":"module"}', 'desk.js': agent });
    await init(folder, '--class', join(folder, 'desk.js'));
    const suite = textOf(folder, 'desk.readiness.test.js');
    expect(suite).toContain("agent: ({ models, tool }) => new Desk({ models, crm: tool(crm, { name: 'crm' }) }),");
    expect(suite).toContain("allowedEffects: ['refund'],");
    expect(suite).not.toContain('as unknown');
    expect(suite).toContain('  // No type tells what run() reads of it, so fill that in.\n  input: {},');
    expect(textOf(folder, 'vitest.config.js')).toContain('readiness()');
  });

  it('leaves the tests of Jest to Jest', async () => {
    const folder = await projectWith({
      'package.json': '{"devDependencies":{"jest":"30","typescript":"6"}}',
      'tsconfig.json': '{}',
      'test/a.spec.ts': '',
    });
    await init(folder);
    expect(textOf(folder, 'vitest.config.mts')).toContain("include: ['**/*.readiness.{ts,js,mts,mjs}']");
    expect(textOf(folder, 'test/refund-agent.readiness.ts')).toContain("from '../refund-agent.js'");
  });

  it.each([
    ['an object', "import { defineConfig } from 'vitest/config';\n\n// Ours\nexport default defineConfig({ test: { globals: true } });\n"],
    ['plugins of its own', 'export default { plugins: [other()] };\n'],
    ['a variable', 'const config = { test: {} };\nexport default config;\n'],
  ])('puts the plugin into a configuration that is there: %s', async (_what, text) => {
    const folder = await projectWith({ 'package.json': esm, 'vitest.config.ts': text });
    await init(folder);
    const changed = textOf(folder, 'vitest.config.ts');
    expect(changed).toContain('import { readiness } from');
    expect(changed).toMatch(/plugins: \[(other\(\), )?readiness\(\)\]/);
    if (text.includes('// Ours')) expect(changed).toContain('// Ours');
  });

  it.each([
    ['a function', 'export default defineConfig(({ mode }) => ({ test: {} }));\n'],
    ['several projects', "export default defineConfig({ test: { projects: ['a', 'b'] } });\n"],
    ['plugins from elsewhere', 'export default defineConfig({ plugins });\n'],
  ])('says what to add by hand where the configuration is %s, and leaves it as it is', async (_what, text) => {
    const folder = await projectWith({ 'package.json': esm, 'vitest.config.ts': text });
    const { out } = await init(folder);
    expect(out).toMatch(/by hand +vitest\.config\.ts/);
    expect(textOf(folder, 'vitest.config.ts')).toBe(text);
  });

  it("merges with the application's Vite configuration, which is left without the plugin", async () => {
    const text = 'export default { plugins: [vue()] };\n';
    const folder = await projectWith({ 'package.json': esm, 'vite.config.ts': text });
    await init(folder);
    expect(textOf(folder, 'vite.config.ts')).toBe(text);
    expect(textOf(folder, 'vitest.config.ts')).toContain("import viteConfig from './vite.config.js';");
  });

  it.each([
    ['CLI_NO_PROJECT', {}, []],
    ['CLI_NO_PROJECT', { 'package.json': '{' }, []],
    ['CLI_FILE_FAILED', { 'package.json': esm }, ['nowhere.ts']],
    ['CLI_CLASS_UNREADABLE', { 'package.json': esm, 'a.ts': 'class {' }, ['a.ts']],
    ['CLI_CLASS_UNREADABLE', { 'package.json': esm, 'a.ts': 'export class A {}' }, ['a.ts']],
    ['CLI_CLASS_UNREADABLE', { 'package.json': esm, 'a.ts': 'export class A {}' }, ['a.ts#A']],
    ['CLI_CLASS_UNREADABLE', { 'package.json': esm, 'a.ts': '@workflow() export class A {} @workflow() export class B {}' }, ['a.ts']],
    ['CLI_VITEST_OLD', { 'package.json': esm, 'node_modules/vitest/package.json': '{"name":"vitest","version":"3.2.4"}' }, []],
  ] as const)('refuses with %s, and writes nothing', async (code, files, named) => {
    const folder = await projectWith(files);
    const { err, exit } = await init(folder, ...named.flatMap((one) => ['--class', join(folder, one)]));
    expect(err).toContain(code);
    expect(exit).not.toBe(0);
    expect(() => textOf(folder, 'vitest.config.ts')).toThrow('ENOENT');
  });
});
