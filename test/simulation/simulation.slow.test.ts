import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../docs/code-blocks.js';
import { plainEnv } from '../fixtures/plain-env.js';

/** Nothing is shrunk here, which may take many minutes; the line that is printed does it. `SIMULATIONS=100000 npx vitest run --project slow test/simulation` looks longer. */
const runs = process.env['SIMULATIONS'] ?? '10000';

function simulate(...args: string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', 'test/simulation/simulate-command.ts', ...args], {
    cwd: projectRoot,
    env: plainEnv(),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return { stdout: stdout + stderr, status };
}

describe('simulated processes', () => {
  it('keep every promise, whatever befalls them, and the same seed goes the same way twice', { timeout: 3_600_000 }, () => {
    const { stdout, status } = simulate('--runs', runs, '--no-shrink');
    expect(stdout).toMatch(/kept every promise/);
    expect(status).toBe(0);
  });

  it.each([
    ['fencing', /which process \d+ has claimed|does not come to its end|made again/, '600'],
    ['intents', /happened without an intent/, '100'],
    ['records', /diverged|begins again|rewritten|replay|is recorded, and it is not/, '100'],
    ['reasons', /for no reason that is on record|does not come to its end/, '100'],
    ['decisions', /the ledger of \S+ does not know/, '100'],
    ['budgets', /were billed/, '100'],
    ['syncs', /rewritten|begins again|happened without/, '200'],
    ['sameness', /went another way the second time/, '100'],
  ])('are found out without %s', { timeout: 900_000 }, (without, words, most) => {
    const { stdout, status } = simulate('--runs', most, '--seed', '5', '--no-shrink', '--without', without);
    expect(stdout).toMatch(words);
    expect(status).toBe(1);
    const again = /^npm run simulate -- (.*)$/m.exec(stdout)![1]!.split(' ');
    expect(simulate(...again, '--no-shrink').stdout).toMatch(words);
  });
});
