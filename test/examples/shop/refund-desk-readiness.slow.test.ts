import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReadinessReport } from '../../../readiness-suites/report/readiness-schema.js';
import { projectRoot } from '../../docs/code-blocks.js';

const suites = join(projectRoot, 'test/fixtures/framework-suites');

/** Tries one of the desks, as a project would, in the modes without which there is no ship, and against a loop. */
function verdictOf(file: string) {
  const folder = join(suites, '.readiness');
  rmSync(folder, { recursive: true, force: true });
  const { CI: _ci, GITHUB_STEP_SUMMARY: _summary, ...env } = process.env;
  const vitest = join(projectRoot, 'node_modules/vitest/vitest.mjs');
  const { stdout, status } = spawnSync(process.execPath, [vitest, 'run', '--config', join(suites, 'vitest.config.ts'), file], {
    cwd: suites,
    env,
    encoding: 'utf8',
  });
  const [suite] = (JSON.parse(readFileSync(join(folder, 'readiness.json'), 'utf8')) as ReadinessReport).suites;
  return { suite: suite!, status, stdout };
}

describe.each(['google-adk', 'vercel-ai'])('the refund desk of %s', (desk) => {
  it('may ship by the engine, and not without it', { timeout: 900_000 }, () => {
    const { suite, status, stdout } = verdictOf(`${desk}.readiness.ts`);
    expect([suite.state, status], stdout).toEqual(['ship', 0]);
    const { overall, categories } = suite.score;
    expect(overall.durable).toBeGreaterThan(overall.naked! + 50);
    // The framework's own calls of its model are on record, and what they cost.
    expect(categories.observability.durable).toBeGreaterThan(95);
    const naked = Object.fromEntries(suite.modes.map(({ id, naked: { held } }) => [id, held]));
    // The model of this AI SDK desk falls back by itself, so the naked one survives that too.
    expect(naked).toMatchObject({ tool_timeout: false, model_fallback: desk === 'vercel-ai', crash_after_side_effect: false });
  });
});
