import { forbid } from './forbid.js';

/** Randomness: another value on every replay. */
export const noRandom = forbid('disallow randomness in run()', 'gives another value on every replay', [
  { names: ['Math.random', 'node:crypto.randomInt'], instead: "random() from 'durableflow'" },
  {
    names: [
      'crypto.randomUUID',
      'node:crypto.randomUUID',
      'node:crypto.webcrypto.randomUUID',
      'nanoid',
      'ulid',
      'uuid.v1',
      'uuid.v4',
      'uuid.v6',
      'uuid.v7',
    ],
    instead: "uuid() from 'durableflow'",
  },
  {
    names: [
      'crypto.getRandomValues',
      'node:crypto.getRandomValues',
      'node:crypto.webcrypto.getRandomValues',
      'node:crypto.randomBytes',
      'node:crypto.randomFill',
      'node:crypto.randomFillSync',
    ],
    instead: "random() or uuid() from 'durableflow', or draw the bytes in a @step",
  },
]);
