import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CliError } from './cli-error.js';

/** A run of Vitest to be made. */
export interface VitestCall {
  readonly argv: readonly string[];
  /** The folder from which the project's own Vitest is resolved, and in which it runs. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where its standard output goes: to ours, to standard error because ours is for a program, or back as text. */
  readonly output: 'stdout' | 'stderr' | 'text';
}

/** Runs the project's own Vitest to its end. Returns its output, if it was to be text; its exit code says nothing of the verdict. */
export async function runVitest({ argv, cwd, env, output }: VitestCall): Promise<string> {
  const stdout = { stdout: 'inherit', stderr: 2, text: 'pipe' } as const;
  const child = spawn(process.execPath, [vitestOf(cwd), ...argv], { cwd, env, stdio: ['inherit', stdout[output], 'inherit'] });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => (text += part));
  // A terminal sends its signals to both: Vitest ends its run and reports it, and only then do we.
  const wait = () => {};
  process.on('SIGINT', wait);
  try {
    await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
  } finally {
    process.off('SIGINT', wait);
  }
  return text;
}

function vitestOf(cwd: string): string {
  try {
    const file = createRequire(join(cwd, 'package.json')).resolve('vitest/package.json');
    const { bin } = JSON.parse(readFileSync(file, 'utf8')) as { readonly bin: string | Readonly<Record<string, string>> };
    return join(dirname(file), typeof bin === 'string' ? bin : bin['vitest']!);
  } catch (cause) {
    throw new CliError('CLI_VITEST_MISSING', `there is no Vitest in ${cwd}`, { cause });
  }
}
