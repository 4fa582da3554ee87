import { cpSync, existsSync, mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { CodeBlock } from './code-blocks.js';
import { projectRoot } from './code-blocks.js';
import { importedModules } from './imported-modules.js';

/** One TypeScript block as a file that can be checked and run. */
export interface Example {
  /** Where a reader finds it, such as `docs/guide.md:12`. */
  readonly place: string;
  readonly block: CodeBlock;
  /** The file, relative to the project that holds it. */
  readonly path: string;
  /** Whether it is run by itself: not a `no-run` block, nor a file that the commands of its document run. */
  readonly runs: boolean;
}

/** A folder outside this one in which `import 'durableflow'` finds the sources. Disposing of it removes it. */
export interface ExampleProject extends Disposable {
  readonly folder: string;
  readonly examples: readonly Example[];
}

/** Decorators are lowered by the rules of the standard, or as with `experimentalDecorators`. */
export type DecoratorMode = 'standard' | 'legacy';

/** Writes the TypeScript blocks into a new folder. A block that begins with a comment such as `// refunds.ts` has that name. */
export function exampleProject(blocks: readonly CodeBlock[]): ExampleProject {
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-docs-'));
  const examples: Example[] = [];
  for (const block of blocks.filter(({ language }) => language === 'ts')) {
    const made = example(block);
    const path = made.runs || !existsSync(join(folder, made.path)) ? made.path : againAs(folder, made.path);
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), block.code);
    examples.push({ ...made, path });
  }
  for (const [path, code] of Object.entries(importedModules)) {
    if (!examples.some((it) => dirname(it.path) === dirname(path))) continue;
    writeFileSync(join(folder, path), code);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const mode of ['standard', 'legacy'] as const) writeFileSync(join(folder, configOf(mode)), JSON.stringify(tsconfig(mode)));
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  return { folder, examples, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A document that shows a file a second time, changed: the change stands among copies of all that was shown before it. */
function againAs(folder: string, path: string): string {
  const later = `${dirname(path)}-later`;
  cpSync(join(folder, dirname(path)), join(folder, later), { recursive: true });
  return join(later, basename(path));
}

export const configOf = (mode: DecoratorMode) => `tsconfig.${mode}.json`;

function tsconfig(mode: DecoratorMode) {
  return {
    extends: join(projectRoot, 'tsconfig.json'),
    // An example may define what it does not use.
    compilerOptions: { experimentalDecorators: mode === 'legacy', noUnusedLocals: false, noUnusedParameters: false },
    include: ['**/*.ts'],
  };
}

function example(block: CodeBlock): Example {
  const name = /^\/\/ ([\w.-]+\.ts)\n/.exec(block.code)?.[1];
  return {
    place: `${block.file}:${block.line}`,
    block,
    path: join(block.file.replace(/\.\w+$/, ''), name ?? `line-${block.line}.ts`),
    runs: name === undefined && !block.options.split(' ').includes('no-run'),
  };
}
