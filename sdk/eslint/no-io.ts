import { forbid } from './forbid.js';

const builtins = [
  'child_process',
  'cluster',
  'dgram',
  'dns',
  'dns/promises',
  'fs',
  'fs/promises',
  'http',
  'http2',
  'https',
  'net',
  'readline',
  'readline/promises',
  'tls',
  'worker_threads',
];

/** The outside world: it answers differently on every replay, and is written to once more each time. */
export const noIo = forbid('disallow input and output in run()', 'is done again on every replay', [
  {
    names: [
      ...builtins.map((name) => `node:${name}`),
      'fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'undici', 'axios', 'got', 'ky', 'node-fetch', 'process.stdin', 'node:process.stdin',
    ], // prettier-ignore
    instead: 'a method with @step for what only reads, or @sideEffect for what changes something',
  },
]);
