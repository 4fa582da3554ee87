import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Surroundings } from '../../../readiness-suites/child/surroundings.js';

describe('what a run leaves behind', () => {
  it('is nothing if all is as it was', async () => {
    const surroundings = new Surroundings();
    process.env['SURROUNDINGS'] = 'a';
    delete process.env['SURROUNDINGS'];
    expect(await surroundings.leftovers()).toEqual([]);
  });

  it.each([
    [
      'Timeout is open',
      () => {
        // Vitest has timers of its own, which come and go.
        const timers = Array.from({ length: 9 }, () => setInterval(() => {}, 60_000));
        return () => timers.forEach(clearInterval);
      },
    ],
    [
      'TCPServerWrap is open',
      () => {
        const server = createServer().listen(0);
        return () => server.close();
      },
    ],
    [
      'the variable SURROUNDINGS is another',
      () => {
        process.env['SURROUNDINGS'] = 'a';
        return () => delete process.env['SURROUNDINGS'];
      },
    ],
    [
      'listeners for SIGUSR2 is another',
      () => {
        const listener = () => {};
        process.on('SIGUSR2', listener);
        return () => process.off('SIGUSR2', listener);
      },
    ],
    [
      'Math.random is another',
      () => {
        const { random } = Math;
        Math.random = () => 0.5;
        return () => (Math.random = random);
      },
    ],
  ])('%s', async (what, mess) => {
    const surroundings = new Surroundings();
    const tidy = mess();
    const left = await surroundings.leftovers();
    tidy();
    expect(left).toContain(what);
  });
});
