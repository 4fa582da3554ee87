import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const script = `
import crypto, { randomUUID } from 'node:crypto';
import { SeededRandomness } from '${new URL('../../../readiness-suites/child/seeded-randomness.ts', import.meta.url).href}';
const randomness = new SeededRandomness();
randomness.install();
const draw = () => [Math.random(), randomUUID(), crypto.randomUUID(), globalThis.crypto.randomUUID()];
randomness.drawFrom('1');
const [one, two] = [draw(), draw()];
randomness.drawFrom('1');
const again = draw();
randomness.drawFrom('2');
console.log(JSON.stringify({ one, two, again, other: draw(), bytes: crypto.randomBytes(8).toString('hex') }));
`;

it('draws the same from the same seed, and never twice the same', () => {
  const drawn = () =>
    JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { encoding: 'utf8' })) as Record<
      'one' | 'two' | 'again' | 'other',
      unknown[]
    > & { bytes: string };
  const [{ one, two, again, other, bytes }, later] = [drawn(), drawn()];
  expect(again).toEqual(one);
  expect(later.one).toEqual(one);
  expect(later.bytes).not.toBe(bytes);
  const all = [...one, ...two, ...other];
  expect(new Set(all).size).toBe(all.length);
  for (const uuid of one.slice(1)) expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});
