import { fork } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import type { Compiled } from './compile-for-bench.js';
import type { Figure } from './print-figures.js';

export interface MeasuredSection {
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** Has a section measure in a process of its own, which runs compiled code and nothing else, as a user's does. */
export async function runSection(compiled: Compiled, name: string, size?: object): Promise<MeasuredSection> {
  const child = fork(compiled.file('test/bench/section-process.ts'), {
    // Options of this process, a compiler's among them, are not for the measured one.
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const measured = once(child, 'message') as Promise<[MeasuredSection]>;
  child.send({ url: pathToFileURL(compiled.file(`test/bench/sections/${name}.ts`)).href, size });
  const [first] = await Promise.race([measured, ended]);
  if (typeof first !== 'object' || first === null) throw new Error(`the section "${name}" has ended without figures`);
  return first as MeasuredSection;
}
