import { forbid } from './forbid.js';

const parts = ['argv', 'cwd', 'env', 'memoryUsage', 'pid', 'platform', 'ppid', 'version', 'versions'];

/** The process and the machine: a run may go on in another one. */
export const noEnvironment = forbid(
  'disallow reading the process and the machine in run()',
  'may differ in the process that goes on with the run',
  [
    {
      names: [...parts.flatMap((part) => [`process.${part}`, `node:process.${part}`]), 'node:os'],
      instead: 'the input of the run, or read it in a @step',
    },
  ],
);
