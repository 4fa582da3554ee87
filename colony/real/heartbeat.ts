import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Where a machine's heart is heard: a pipe of its own, beside the channel of its words. */
export const heartbeatFd = 4;

const code = `
  const { writeSync } = require('node:fs');
  const { every, fd } = require('node:worker_threads').workerData;
  const beat = () => {
    // Nobody listens any more, or not fast enough; then the process ends soon, or has been heard often enough.
    try { writeSync(fd, '.'); } catch {}
  };
  setInterval(beat, every);
  beat();
`;

/**
 * Beats every so many milliseconds for as long as this process lives: on a thread of its own, since a job, or what has to be loaded
 * for one, may keep the main one busy for longer than a silence. A process that is stopped stands still with all its threads.
 * Resolves when it has begun to.
 */
export async function beat(every: number): Promise<void> {
  const heart = new Worker(code, { eval: true, execArgv: [], workerData: { every, fd: heartbeatFd } });
  heart.unref();
  await once(heart, 'online');
}
