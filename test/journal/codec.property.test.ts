import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, digest, encode } from '../../sdk/journal/index.js';
import { errorCode } from '../fixtures/rejection.js';

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.boolean(),
    fc.bigInt(),
    fc.constantFrom(null, undefined, -0, NaN, '\ud800'),
    fc.date(),
    fc.uint8Array({ maxLength: 5 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 4 },
    ),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => new Set(values)),
  ),
}));

describe('the codec', () => {
  it('gives every value back as it was, and the same text for the same value', () => {
    fc.assert(
      fc.property(value, (it) => {
        const text = encode(it, 'a value');
        expect(decode(text)).toStrictEqual(it);
        expect(encode(decode(text), 'a value')).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps what is shared shared, and circles closed', () => {
    const shared = { n: 1 };
    const circle: { self?: unknown; shared: unknown[] } = { shared: [shared, shared] };
    circle.self = circle;
    const back = decode(encode(circle, 'a circle')) as typeof circle;
    expect(back.self).toBe(back);
    expect(back.shared[0]).toBe(back.shared[1]);
    expect(back.shared[0]).not.toBe(shared);
  });

  it.each([
    ['a function', { a: [() => 1] }, 'a[0]'],
    ['a symbol', [{ b: Symbol('s') }], '[0].b'],
    ['an instance of a class', { deep: { er: new (class Live {})() } }, 'deep.er'],
    ['a key that would be a prototype, as hostile JSON has it', JSON.parse('{ "a": { "__proto__": {} } }'), 'a'],
    ['a promise', new Map([['k', Promise.resolve()]]), /k/],
  ])('refuses %s, naming the path', async (_what, it, path) => {
    expect(await errorCode(() => encode(it, 'the value'))).toBe('DF_UNSERIALISABLE');
    expect(() => encode(it, 'the value')).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('the value cannot be made durable') as string,
        details: { path: typeof path === 'string' ? path : (expect.stringMatching(path) as string) },
      }) as Error,
    );
  });
});

it('a value that cannot be encoded is named, with what is wrong and where', () => {
  const words = (value: unknown) => {
    try {
      return encode(value, 'the value');
    } catch (error) {
      return (error as Error).message.split('. Return plain data')[0];
    }
  };
  expect(words({ a: { b: () => 1 } })).toBe('the value cannot be made durable at a.b: Cannot stringify a function');
  expect(words(() => 1)).toBe('the value cannot be made durable: Cannot stringify a function');
});

describe('digest', () => {
  it('is 43 characters that differ where the text does', () => {
    expect(digest('a')).toMatch(/^[\w-]{43}$/);
    expect(digest('a')).toBe(digest('a'));
    expect(digest('a')).not.toBe(digest('b'));
  });
});
