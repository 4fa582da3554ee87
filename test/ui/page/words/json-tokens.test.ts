import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../sdk/ui/contract.js';
import { jsonTokens } from '../../../../sdk/ui/page/words/json-tokens.js';

const text = (value: Json) => jsonTokens(value).map(({ text }) => text).join(''); // prettier-ignore

describe('jsonTokens', () => {
  it('makes a line break where the text has one, and still writes it', () => {
    expect(text({ mail: 'Dear Ada,\nhello\n' })).toBe('{\n  "mail": "Dear Ada,\\n\n   hello\\n"\n}');
    expect(text('a \\n that is none')).toBe('"a \\\\n that is none"');
  });

  it('writes out what would be invisible or move the rest', () => {
    expect(text('a\u202eb\u200bc\ufeff\u0007')).toBe('"a\\u202eb\\u200bc\\ufeff\\u0007"');
  });

  it('keeps empty lists and objects on their line', () => {
    expect(text([[], {}])).toBe('[\n  [],\n  {}\n]');
  });

  it('leaves nothing out: without the breaks it is the JSON of the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const joined = jsonTokens(value as Json).map(({ kind, text }) => (kind === 'text' || kind === 'name' ? text.replace(/\n */g, '') : text)).join(''); // prettier-ignore
        expect(JSON.parse(joined)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
