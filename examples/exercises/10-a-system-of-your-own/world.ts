import type { Outside } from '../kit/outside.js';
import type { Bank, Transfer } from './solution.js';

const perPage = 2;

/** A bank that has been busy before: its statement has several pages, with a transfer that is like the learner's but for its reference. */
export function world(outside: Outside): Bank {
  const older: readonly Transfer[] = [
    { person: 'ann', cents: 900, reference: 'p-0' },
    { person: 'bob', cents: 120, reference: 'rent' },
    { person: 'cat', cents: 450, reference: 'p-00' },
  ];
  return {
    async order(transfer) {
      outside.do(lineOf(transfer));
    },
    async statement(page) {
      const all = [...older, ...outside.done.map((line) => JSON.parse(line) as Transfer)];
      const end = (page + 1) * perPage;
      return { transfers: all.slice(page * perPage, end), next: end < all.length ? page + 1 : undefined };
    },
  };
}

const lineOf = ({ person, cents, reference }: Transfer) => JSON.stringify({ person, cents, reference });
