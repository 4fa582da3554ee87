import { patched, RunDiverged, signal, step, workflow } from 'durableflow';
import { expect } from 'vitest';
import { z } from 'zod';
import { rejection } from '../../fixtures/rejection.js';
import { scenario, type World } from '../scenario.js';
import { sqliteEngine } from '../sqlite-engine.js';

/** A class whose code changes from process to process. */
function letter(world: World, name: string, code: 'as it was' | 'another order' | 'patched', version = '1') {
  @workflow({ name, version })
  class Letter {
    async run(to: string) {
      const begin = code === 'another order' ? await this.end(to) : await this.begin(to);
      const word = await signal(z.string(), 'word');
      const polite = code === 'patched' && patched('polite') ? 'politely ' : '';
      return `${polite}${begin} ${word} ${await this.end(to)}`;
    }

    @step()
    async begin(to: string) {
      world.does('begin');
      return `v${version} Dear ${to},`;
    }

    @step()
    async end(to: string) {
      world.does('end');
      return `Bye ${to}`;
    }
  }
  return Letter;
}

export const changes = [
  scenario('changed code diverges, nothing is executed, and the code as it was goes on', async ({ process, world }) => {
    const name = 'conformance/diverges';
    const Letter = letter(world, name, 'as it was');
    const before = await process([Letter]);
    await (await before.start(Letter, 'Ann', { id: 'diverges' })).settled();
    await before.close();
    const changed = await process([letter(world, name, 'another order')]);
    await changed.signal('diverges', 'word', 'hi');
    expect(await rejection(changed.run('diverges').result())).toBeInstanceOf(RunDiverged);
    expect(world.deeds).toEqual(['begin']);
    await changed.close();
    const mended = await process([Letter]);
    expect(await (await mended.resume('diverges')).result()).toBe('v1 Dear Ann, hi Bye Ann');
    expect(world.deeds).toEqual(['begin', 'end']);
  }),

  scenario('a patch is for runs that have not come past its place', async ({ process, world }) => {
    const name = 'conformance/patched';
    const Letter = letter(world, name, 'as it was');
    const before = await process([Letter]);
    await (await before.start(Letter, 'Ann', { id: 'patched' })).settled();
    await before.close();
    const after = await process([letter(world, name, 'patched')]);
    await after.signal('patched', 'word', 'hi');
    expect(await after.run('patched').result()).toBe('politely v1 Dear Ann, hi Bye Ann');
  }),

  scenario('a run stays with the version that it began with', async ({ process, world }) => {
    const name = 'conformance/versions';
    const [one, two] = [letter(world, name, 'as it was', '1'), letter(world, name, 'as it was', '2')];
    const before = await process([one]);
    await (await before.start(one, 'Ann', { id: 'version-1' })).settled();
    await before.close();
    const after = await process([one, two]);
    const run = await after.start(two, 'Ben', { id: 'version-2' });
    await run.settled();
    for (const id of ['version-1', 'version-2']) await after.signal(id, 'word', 'hi');
    expect(await after.run('version-1').result()).toBe('v1 Dear Ann, hi Bye Ann');
    expect(await run.result()).toBe('v2 Dear Ben, hi Bye Ben');
  }),

  scenario('a run that is parked in a SQLite file is moved, and goes on where it was', async ({ process, world }) => {
    const Letter = letter(world, 'conformance/moved', 'as it was');
    const file = await sqliteEngine.place();
    const from = await file.open([Letter], {});
    await (await from.start(Letter, 'Ann', { id: 'moved' })).settled();
    const history = from.exportHistory('moved');
    await from.close();
    await file.close();
    const to = await process([Letter]);
    const run = await to.importHistory(JSON.parse(JSON.stringify(history)) as typeof history);
    await to.signal(run.id, 'word', 'hi');
    expect(await run.result()).toBe('v1 Dear Ann, hi Bye Ann');
    expect(world.deeds).toEqual(['begin', 'end']);
  }),
];
