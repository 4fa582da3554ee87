import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../docs/code-blocks.js';
import { plainEnv } from '../fixtures/plain-env.js';

/** A third of a minute, with a kill each second. `npm run soak` goes on for an hour. */
const briefly = ['--minutes', '0.3', '--kill-every', '1', '--rate', '4', '--seed', '3'];

function soak(...more: readonly string[]) {
  return spawnSync(process.execPath, ['--import', 'tsx', 'test/soak/soak-process.ts', ...briefly, ...more], {
    cwd: projectRoot,
    env: plainEnv(),
    encoding: 'utf8',
  });
}

describe('processes on one file that are killed and stopped all the while', () => {
  it('bring every order to its end, and each effect about once', () => {
    const { status, stdout } = soak();
    expect(stdout).not.toContain('BROKEN');
    expect(status).toBe(0);
    expect(Number(/kills \/ stops longer than a lease *│ '(\d+)/.exec(stdout)?.[1])).toBeGreaterThan(5);
  });

  // Without intents it takes an unlucky kill, which a longer soak meets: `npm run soak -- --without intents`.
  it('are found out when a record is lost', () => {
    const { status, stdout } = soak('--without', 'records');
    expect(stdout).toMatch(/BROKEN: .*(diverged|replays as)/);
    expect(status).toBe(1);
  });
});
