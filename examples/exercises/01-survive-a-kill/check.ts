import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { load, type Claim } from '../kit/claim.js';
import { killedErrand, sayEnding } from '../kit/killed-errand.js';
import { Outside } from '../kit/outside.js';
import type { Report } from './solution.js';
import { world } from './world.js';

type Learned = { readonly Report: typeof Report };
const output = '4 pages, 64 letters';

export const claims: readonly Claim[] = [
  {
    holds: 'the class is a workflow, and its run comes to its end',
    hint: "Put @workflow({ name: 'report' }) above the class; it is imported from 'durableflow'.",
    async test(attempt) {
      const { Report } = await load<Learned>(attempt);
      await using flow = await DurableFlow.open(':memory:');
      flow.register(Report, () => new Report(world(new Outside(join(attempt.folder, 'outside.log')))));
      const got = await (await flow.start(Report, 4)).result();
      return got === output ? undefined : `It returned ${JSON.stringify(got)} for four pages, not ${JSON.stringify(output)}.`;
    },
  },
  {
    holds: 'a second process ends what a killed one began, and reads no page again that was on record',
    hint: 'Put @step() above readPage(). What a step returned is on record; a method without it is done again.',
    async test(attempt) {
      const after = await killedErrand(attempt, {
        className: 'Report',
        world: join(import.meta.dirname, 'world.ts'),
        input: 4,
        death: { when: 'after', line: 'page 3' },
      });
      if (typeof after === 'string') return after;
      const { ending, outside } = after;
      if (ending.output !== output) return `After the kill ${sayEnding(ending)}, and what it returned is ${JSON.stringify(ending.output)}.`;
      const again = [1, 2].filter((page) => outside.times(`page ${page}`) > 1);
      if (again.length > 0)
        return `The first process was killed on page 3, and the second one read page ${again.join(' and page ')} again.`;
      // It was cut off before its record: at least once.
      return outside.times('page 3') === 2 ? undefined : 'Page 3 was cut off before its record, and still nobody read it again.';
    },
  },
  {
    holds: 'the summary is on record, too',
    hint: 'sumUp() is a step as well.',
    async test(attempt) {
      const { Report } = await load<Learned>(attempt);
      await using flow = await DurableFlow.open(':memory:');
      flow.register(Report, () => new Report(world(new Outside(join(attempt.folder, 'outside.log')))));
      const run = await flow.start(Report, 4);
      await run.result();
      const methods = flow.show(run.id).steps.map(({ method }) => method);
      return methods.length === 5 ? undefined : `The journal of four pages has ${methods.length} calls: ${methods.join(', ') || 'none'}.`;
    },
  },
  {
    holds: 'outside of the engine it is the ordinary class that it was',
    hint: 'Take out whatever needs an engine: new Report(library).run(4) must work by itself.',
    async test(attempt) {
      const { Report } = await load<Learned>(attempt);
      const got = await new Report(world(new Outside(join(attempt.folder, 'outside.log')))).run(4);
      return got === output ? undefined : `As an ordinary class it returned ${JSON.stringify(got)}.`;
    },
  },
];
