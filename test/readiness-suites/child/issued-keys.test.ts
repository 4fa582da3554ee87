import { effectKey } from 'durableflow';
import { expect, it } from 'vitest';
import { IssuedKeys } from '../../../readiness-suites/child/issued-keys.js';
import { withNamedKey, withoutKeys } from '../../../readiness-suites/world/tool-bench.js';

it('finds a key of effectKey() wherever it stands among arguments, and nothing else', () => {
  const keys = new IssuedKeys();
  const key = effectKey();
  expect(keys.among(['blue', key])).toBe(key);
  expect(keys.among([{ body: [{ reference: key }] }])).toBe(key);
  expect(keys.among(['blue', { id: crypto.randomUUID() }, null, 7])).toBeUndefined();
});

it('is left out of comparisons under any name', () => {
  const args = ['blue', 'k-1', { room: 'blue', reference: 'k-1', more: [{ id: 'k-1' }] }];
  expect(withoutKeys(withNamedKey(args, 'k-1'))).toEqual(['blue', {}, { room: 'blue', more: [{}] }]);
});
