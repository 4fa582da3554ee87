import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { configOf, type DecoratorMode, type Example, type ExampleProject } from './example-project.js';
import { projectRoot } from './code-blocks.js';

/** What one module printed by `console.log`, by line, and the error that ended it. */
export interface ModuleReport {
  readonly printed: Readonly<Record<number, string>>;
  readonly error?: string;
}

/** A `console.log` line of an example, with the output that its comment promises. */
const annotated = /^( *)console\.log\((.*)\); \/\/ (.+)$/;

/**
 * Runs all examples in one process, one after another, and returns what went otherwise than they say. They are modules
 * and share nothing but the process, so one process is enough.
 */
export async function runExamples({ folder, examples }: ExampleProject, mode: DecoratorMode): Promise<string[]> {
  const running = examples.filter(({ runs }) => runs);
  for (const { path, block } of running) writeFileSync(join(folder, path), withLineNumbers(block.code));
  await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', join(projectRoot, 'test/docs/example-process.ts'), ...running.map(({ path }) => join(folder, path))],
    { cwd: folder, env: { ...process.env, TSX_TSCONFIG_PATH: join(folder, configOf(mode)) } },
  );
  const reports = JSON.parse(readFileSync(join(folder, 'reports.json'), 'utf8')) as ModuleReport[];
  return running.flatMap((example, i) => complaints(example, reports[i]!));
}

/** Tells the process which line of the block a promised output comes from. */
function withLineNumbers(code: string): string {
  return code
    .split('\n')
    .map((line, i) => line.replace(annotated, `$1console.log.call({ line: ${i} }, $2);`))
    .join('\n');
}

function complaints({ block, place }: Example, { printed, error }: ModuleReport): string[] {
  if (error !== undefined) return [`${place} threw ${error}`];
  return block.code.split('\n').flatMap((line, i) => {
    const promised = annotated.exec(line)?.[3];
    if (promised === undefined || promised === printed[i]) return [];
    return [`${block.file}:${block.line + i} promises ${promised} and prints ${printed[i] ?? 'nothing'}`];
  });
}
