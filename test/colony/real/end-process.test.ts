import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { endProcess } from '../../../colony/real/end-process.js';
import { processOf } from '../../../sdk/runtime/index.js';

it('ends a process that stands still, and leaves one alone that merely has the pid of another', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  const identity = processOf(child.pid!)!;
  await endProcess({ ...identity, processStart: '1' });
  await endProcess({ ...identity, host: 'elsewhere' });
  expect(child.exitCode ?? child.signalCode).toBeNull();
  child.kill('SIGSTOP');
  const exited = once(child, 'exit');
  await endProcess(identity);
  expect((await exited)[1]).toBe('SIGKILL');
});
