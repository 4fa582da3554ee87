import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { timeless } from '../../readiness-suites/report/timeless.js';
import { TrialProject } from './trial-project.js';

const fixture = (file: string) => readFileSync(join(import.meta.dirname, '../fixtures/readiness', file), 'utf8');

it('with the same seed a suite gives the same readiness.json but for its times, and with another seed another one', async () => {
  using project = new TrialProject();
  project.write('refund-agent.ts', fixture('refund-agent.ts'));
  project.write('refund-agent.test.ts', fixture('refund-agent.readiness.ts'));
  const seeded = async (seed: string) => {
    const { report, out } = await project.run([], { DURABLEFLOW_SEED: seed });
    expect(report, out).toBeDefined();
    return timeless(report!);
  };
  const [one, again, other] = [await seeded('7'), await seeded('7'), await seeded('8')];
  expect(again).toBe(one);
  // It is told in the report which seed it was; what was drawn from it has to differ as well.
  expect(other.replace(/"seed": 8|SEED=8/g, '')).not.toBe(one.replace(/"seed": 7|SEED=7/g, ''));
  expect(project.leftOver()).toEqual([]);
});
