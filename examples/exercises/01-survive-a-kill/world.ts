import type { Outside } from '../kit/outside.js';
import type { Library } from './solution.js';

/** A library that knows who has read what. */
export function world(outside: Outside): Library {
  return {
    async read(page) {
      outside.do(`page ${page}`);
      return `text of page ${page}. `;
    },
  };
}
