import { describe, expect, it } from 'vitest';
import { play } from './engine.js';
import { scenarios } from './scenarios/index.js';
import { sqliteEngine } from './sqlite-engine.js';

// The stories wait more than they work.
describe.concurrent.each(Object.entries(scenarios))('%s on SQLite', (_kind, those) => {
  it.for(those)('$name', async (scenario, { expect }) => {
    const first = await play(scenario, sqliteEngine);
    expect(Object.keys(first.runs).length).toBeGreaterThan(0);
    // What is compared between engines must not differ from time to time.
    expect(await play(scenario, sqliteEngine)).toEqual(first);
  });
});

it('every kind of story is told', () => {
  expect(Object.values(scenarios).flat().length).toBeGreaterThan(25);
});
