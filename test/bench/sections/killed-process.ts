import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Has a process leave so many runs of so many steps in their last step, and kills it. Resolves at its death. */
export async function killedProcess(file: string, runs: number, steps: number): Promise<void> {
  const child = fork(new URL(import.meta.resolve('./leave-behind.js')), [file, String(runs), String(steps)], {
    execArgv: ['--no-warnings'],
  });
  const ended = once(child, 'exit');
  const [said] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  if (said !== 'ready') throw new Error(`the process that was to be killed has ended with ${String(said)}`);
  child.kill('SIGKILL');
  await ended;
}
