import { describe, expect, it } from 'vitest';
import { ErrorRegistry } from '../../sdk/journal/index.js';
import { errorCode } from '../fixtures/rejection.js';

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
