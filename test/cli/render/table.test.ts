import { stripVTControlCharacters } from 'node:util';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { table } from '../../../sdk/cli/render/table.js';

const look = (width: number, colored = false) => ({ width, colors: picocolors.createColors(colored), now: new Date(0) });
const columns = [{ head: 'id' }, { head: 'text', wraps: true }];
const rows = [
  ['one', 'a short one'],
  ['two', 'a text that is quite a lot longer than the first'],
];

describe('table', () => {
  it('takes its natural width where there is room, with no space at the end of a line', () => {
    expect(table(columns, rows, look(Infinity))).toBe('id   text\none  a short one\ntwo  a text that is quite a lot longer than the first');
    expect(table(columns, rows, look(53))).toBe(table(columns, rows, look(Infinity)));
  });

  it('wraps the columns that may be wrapped, and loses nothing', () => {
    const text = table(columns, rows, look(30));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(30);
    expect(text.replace(/\s/g, '')).toContain('two' + rows[1]![1]!.replace(/\s/g, ''));
  });

  it('wraps the same with colours, which break neither a heading nor a cell', () => {
    const { colors } = look(0, true);
    const painted = rows.map(([id, text]) => [colors.green(id!), text!]);
    const heads = [{ head: 'id' }, { head: 'what it is about', wraps: true }];
    const coloured = table(heads, painted, look(30, true));
    expect(stripVTControlCharacters(coloured)).toBe(table(heads, rows, look(30)));
    expect(coloured).toContain(colors.green('one'));
  });

  it('stacks the rows where wrapping is not enough', () => {
    expect(table(columns, rows, look(15))).toBe(`id    one\ntext  a short one\n\nid    two\ntext  ${rows[1]![1]!}`);
  });

  it('counts what is seen: no colours, and two columns for a wide character', () => {
    const { colors } = look(0, true);
    const wide = [[colors.red('赤い'), 'x'], ['ab', 'y']]; // prettier-ignore
    const text = table(columns, wide, look(10, true));
    expect(text.split('\n').at(-1)).toBe('ab    y');
    expect(text).toContain('\u001b[31m赤い\u001b[39m  x');
  });
});
