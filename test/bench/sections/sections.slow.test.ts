import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileForBench, type Compiled } from '../compile-for-bench.js';
import { runSection } from '../run-section.js';
import { sectionNames } from '../section-names.js';

// Each of them counts what it has had done, and throws if something is missing.
const small: Readonly<Record<(typeof sectionNames)[number], object>> = {
  starts: { runs: 20, rounds: 1 },
  parked: { runs: 30, wakes: 5, rounds: 1 },
  recovery: { runs: 20, rounds: 1 },
  kill: { rounds: 1 },
  replay: { lengths: [20, 50], rounds: 1 },
  memory: { runs: 50 },
  'file-size': { runs: 40, steps: 3 },
  loading: { rounds: 1 },
};

let compiled: Compiled;
beforeAll(async () => void (compiled = await compileForBench()));
afterAll(() => compiled.remove());

it.for(sectionNames)('the section "%s" does what it measures, in a process of its own', async (name) => {
  const { title, figures } = await runSection(compiled, name, small[name]);
  expect(title).not.toBe('');
  expect(figures.length).toBeGreaterThan(1);
  for (const { figure, ratio = 1 } of figures) {
    expect(figure).toMatch(/\d/);
    expect(figure).not.toMatch(/NaN|Infinity|undefined/);
    expect(Number.isFinite(ratio)).toBe(true);
  }
});

it('a section that throws gives no figures', async () => {
  await expect(runSection(compiled, 'replay', { lengths: [] })).rejects.toThrow('ended without figures');
});
