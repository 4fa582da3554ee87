import type { Outside } from '../kit/outside.js';
import type { Bank } from './solution.js';

/** A bank that honours idempotency keys. Each asking is a line with its key, each movement of money another one. */
export function world(outside: Outside): Bank {
  return {
    async charge(customer, cents, key) {
      outside.do(`asked under ${key}`);
      const moved = `${customer} paid ${cents}`;
      // The first asking under this key.
      if (outside.times(`asked under ${key}`) === 1) outside.do(moved);
      return moved;
    },
  };
}
