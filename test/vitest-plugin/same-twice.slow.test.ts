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
  const seeded = async (seed: string, argv: readonly string[] = []) => {
    const { report, out } = await project.run(argv, { DURABLEFLOW_SEED: seed });
    expect(report, out).toBeDefined();
    return report!;
  };
  const [one, again] = [await seeded('7'), await seeded('7')];
  expect(timeless(again)).toBe(timeless(one));
  const other = await seeded('8', ['-t', 'prompt injection']);
  const injections = ({ suites }: typeof one) => suites[0]!.modes.find(({ id }) => id === 'prompt_injection')!.variants.map(({ id }) => id);
  expect(injections(other)).not.toEqual(injections(one));
  expect(project.leftOver()).toEqual([]);
}, 1_200_000);
