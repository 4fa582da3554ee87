import { hash } from 'node:crypto';

/** How much of the hash is the number: 48 bits, so that a number of JavaScript and of SQLite holds it. */
const hexDigits = 12;

/** The number of a gate, the same in every worker and every client, none of which knows what the others have counted. */
export const approvalIdOf = (runId: string, call: number) => Number.parseInt(hash('sha256', `${call} ${runId}`).slice(0, hexDigits), 16);
