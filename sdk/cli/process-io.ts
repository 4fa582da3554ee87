import { userInfo } from 'node:os';
import type { CliIo } from './cli-io.js';
import { loadModule } from './load-module.js';

/** The real terminal, environment and clock. */
export function processIo(): CliIo {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', readerGone);
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    now: () => new Date(),
    user,
    prompts: async () => (await import('./clack-prompts.js')).clackPrompts,
    loadModule,
    stopped: () =>
      new Promise((resolve) => {
        const signals = ['SIGINT', 'SIGTERM'] as const;
        // The second signal, whichever it is, ends the process in the usual way.
        const stop = () => {
          for (const signal of signals) process.off(signal, stop);
          resolve();
        };
        for (const signal of signals) process.on(signal, stop);
      }),
  };
}

/** `durableflow runs | head` is no error. */
function readerGone(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}

function user(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a uid that has no name.
    return process.env['USER'];
  }
}
