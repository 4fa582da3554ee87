import { decode, encode } from '../../../sdk/journal/index.js';
import type { FuzzTarget } from '../fuzz-target.js';

const samples = [
  null,
  undefined,
  -0,
  { a: [1, 'two', new Date(0)], b: new Map([['k', new Set([1n])]]) },
  new Uint8Array([1, 2, 3]),
  [[[]]],
  { x: [{ y: 1.5 }] },
];

/** What has been decoded is encoded again. Text that was never encoded is refused by the parser, in whatever words. */
export const codec: FuzzTarget = {
  seeds: () => [...samples.map((it) => encode(it, 'a sample')), '[[1,2,1],"text",["Date","2030-01-01T00:00:00.000Z"]]'],
  words: ['["Map",1,2]', '["Set",1]', '["BigInt","1"]', '["Date",""]', '["Object",1]', '["null","__proto__",1]', '["Uint8Array",1]', '["ArrayBuffer","AAAA"]', '["RegExp","(a+)+$","g"]', '-1', '-7', '[-7,4294967295]'],
  open: async () => (input) => {
    let value: unknown;
    try {
      value = decode(input);
    } catch {
      return undefined;
    }
    return encode(value, 'what was decoded');
  },
}; // prettier-ignore
