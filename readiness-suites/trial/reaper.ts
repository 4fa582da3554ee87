import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

let reaper: ChildProcess | undefined;

/**
 * Tells the reaper of a process group that must not outlive this process, however this one ends: even SIGKILL closes the
 * pipe between them. Returns what to call when the group has ended.
 */
export function reapWithUs(group: number): () => void {
  const { stdin } = (reaper ??= startReaper());
  stdin!.write(`+${group}\n`);
  return () => void stdin!.write(`-${group}\n`);
}

function startReaper(): ChildProcess {
  const started = spawn(process.execPath, [fileURLToPath(new URL('reaper.mjs', import.meta.url))], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  });
  started.unref();
  (started.stdin as unknown as { unref(): void }).unref();
  started.stdin.on('error', () => {});
  return started;
}
