import { describe, expect, it } from 'vitest';
import { ErrorRegistry } from '../../sdk/journal/index.js';
import { errorCode } from '../fixtures/rejection.js';

class Refusal extends Error {
  override name = 'a refusal';
}

describe('an error', () => {
  const again = (error: unknown, registry = new ErrorRegistry()) =>
    registry.decode(registry.encode(error)) as Error & Record<string, unknown>;

  it('comes back with its causes, whatever they are, and what it has of its own', () => {
    const error = Object.assign(new TypeError('outer', { cause: new RangeError('inner', { cause: 'the end' }) }), {
      status: 429,
      socket: () => {},
    });
    const back = again(error);
    expect(back).toBeInstanceOf(TypeError);
    expect(back.cause).toBeInstanceOf(RangeError);
    expect(back).toMatchObject({ message: 'outer', stack: error.stack, status: 429, cause: { message: 'inner', cause: 'the end' } });
    expect(Object.keys(back)).toEqual(['status']);
  });

  it('may be changed, as any other', () => {
    const back = again(Object.assign(new Error('it', { cause: 1 }), { status: 1 }));
    Object.assign(back, { status: 2, cause: 2 });
    expect(back).toMatchObject({ status: 2, cause: 2 });
    delete back['status'];
    delete back.cause;
    expect(back).not.toHaveProperty('status');
    expect(back).not.toHaveProperty('cause');
  });

  it('has eight causes at the most, which ends a cycle', () => {
    const error = new Error('it');
    error.cause = error;
    let back: unknown = again(error);
    let causes = 0;
    for (; back instanceof Error && back.cause !== undefined; back = back.cause) causes++;
    expect(causes).toBe(8);
  });

  it('of a class that is registered comes back as one of it, whatever its name; else as an Error of that name', () => {
    const registry = new ErrorRegistry();
    expect(again(new Refusal('no'), registry)).toMatchObject({ name: 'a refusal', message: 'no' });
    expect(again(new Refusal('no'), registry)).not.toBeInstanceOf(Refusal);
    registry.register(Refusal);
    expect(again(new Refusal('no'), registry)).toBeInstanceOf(Refusal);
  });

  it('of a class without a name of its own, and none that is known, has the name of its class', () => {
    class Nameless extends Error {}
    Object.defineProperty(Nameless.prototype, 'name', { value: '' });
    expect(again(new Nameless('it')).name).toBe('Nameless');
  });
});

// What `npm run fuzz` has found: records that only a file has that was tampered with, or a history that somebody made up.
describe('a record that is no encoded error', () => {
  const registry = new ErrorRegistry();

  it.each(['[null]', '[7]', '["text"]', '-1'])('%s is refused', async (text) => {
    expect(await errorCode(() => registry.decode(text))).toBe('DF_STORE_CORRUPT');
  });

  it('that is its own cause has as many causes as are ever written', () => {
    let error = registry.decode('[{"class":1,"message":1,"cause":0},"TypeError"]');
    let causes = 0;
    for (; error instanceof TypeError && error.cause !== undefined; error = error.cause) causes++;
    expect(causes).toBe(8);
  });

  it('with a class, a message and a stack that are no texts is an error without them', () => {
    const error = registry.decode('[{"class":1,"message":1,"stack":1,"cause":2},{},9]') as Error;
    expect(error).toMatchObject({ name: 'Error', message: '', cause: 9 });
    expect(error.stack).toBeTypeOf('string');
  });
});
