import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RestateServer } from '../restate/restate-server.js';
import { play } from './engine.js';
import { restateEngine } from './restate-engine.js';
import { scenarios } from './scenarios/index.js';
import { sqliteEngine } from './sqlite-engine.js';

let server: RestateServer;
beforeAll(async () => {
  server = await RestateServer.start();
});
afterAll(() => server.stop());

describe.each(Object.entries(scenarios))('%s on Restate', (_kind, those) => {
  it.for(those)('$name', { timeout: 60_000 }, async (scenario) => {
    // Each engine is held to what the story expects; and what they leave on record is the same.
    expect(await play(scenario, restateEngine(server))).toEqual(await play(scenario, sqliteEngine));
  });
});
