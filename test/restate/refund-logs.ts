import { digest, encode as encodeNamed, ErrorRegistry } from '../../sdk/journal/index.js';
import type { LogEntry } from '../../sdk/restate/log-entry.js';
import { serviceNameOf } from '../../sdk/restate/service-name.js';

export const service = serviceNameOf('refunds', '1');
export const encode = (value: unknown) => encodeNamed(value, 'a value');

const at = Date.now();
const owner = (id: string) => ({ id, host: 'elsewhere', pid: 1, processStart: '0', expiresAt: at });

export function started(id: string, cents = 5): LogEntry {
  const input = encode(cents);
  return { verb: 'start', run: { id, workflow: 'refunds', version: '1', input, inputDigest: digest(input), at, owner: undefined } };
}

/** A run that waits at its gate. */
export const parked = (id: string, quorum = 1): LogEntry[] => [
  started(id),
  { verb: 'claim', owner: owner(`${id}-1`), at },
  {
    verb: 'requestApproval',
    request: {
      call: 0,
      method: 'pay',
      digest: digest(encode([5])),
      args: encode([5]),
      show: 'Pay 5',
      requestedAt: at,
      expiresAt: undefined,
      quorum,
      deciders: undefined,
      code: 'c',
    },
  },
  { verb: 'park', parking: { status: 'waiting', calls: [0], wakeAt: undefined, at } },
];

/** Its code has asked for something else than it has on record. */
export const diverged = (id: string): LogEntry[] => [
  { verb: 'claim', owner: owner(`${id}-2`), at: at + 1 },
  { verb: 'finish', ending: { status: 'diverged', outcome: new ErrorRegistry().encode(new Error('another call')), at: at + 2 } },
];

/** It was taken up again, and waits at its gate as before. */
export const parkedAgain = (id: string): LogEntry[] => [
  { verb: 'claim', owner: owner(`${id}-3`), at: at + 3 },
  { verb: 'park', parking: { status: 'waiting', calls: [0], wakeAt: undefined, at: at + 4 } },
];

export const ended = (id: string): LogEntry[] => [
  { verb: 'claim', owner: owner(`${id}-2`), at: at + 1 },
  { verb: 'finish', ending: { status: 'completed', outcome: encode(5), at: at + 2 } },
];
