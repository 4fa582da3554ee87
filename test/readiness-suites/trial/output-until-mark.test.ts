import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OutputUntilMark } from '../../../readiness-suites/trial/output-until-mark.js';

it('gives back what was said before the mark, however it was cut into pieces', () => {
  const mark = '\0end\0';
  const text = fc.string({ unit: fc.constantFrom('\0', 'e', 'n', 'd', 'x') }).filter((it) => !`${it}${mark}`.slice(0, -1).includes(mark));
  fc.assert(
    fc.property(text, fc.array(fc.nat(8)), (said, lengths) => {
      const output = new OutputUntilMark(mark);
      let rest = said + mark;
      let heard = '';
      for (const length of [...lengths, rest.length]) {
        heard += output.take(rest.slice(0, length));
        rest = rest.slice(length);
      }
      heard += output.take(rest);
      expect([heard, output.isComplete]).toEqual([said, true]);
    }),
  );
});
