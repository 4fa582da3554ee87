import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Arm } from '../../../readiness-suites/evidence.js';
import type { Scene } from '../../../readiness-suites/scene.js';
import { runTrial, type TrialPlan } from '../../../readiness-suites/trial/run-trial.js';
import { calm } from '../../../readiness-suites/world/fault.js';
import { placeOfUntidy } from '../../fixtures/readiness/untidy-agents.js';
import { openScene } from '../open-scene.js';
import { viteLoader } from '../vite-loader.js';

let vite: Awaited<ReturnType<typeof viteLoader>>;
beforeAll(async () => {
  vite = await viteLoader();
});
afterAll(() => vite.close());

const sceneOf = (agent: Parameters<typeof placeOfUntidy>[0]) => openScene({ ...placeOfUntidy(agent), loader: vite.loader });

/** A trial, and the process that it was in. */
async function trial({ ground, behaviour, approveExpected: approve, classify }: Scene, arm: Arm, more: Partial<TrialPlan> = {}) {
  const seen = await runTrial(ground, { fault: calm, behaviour, approve, classify, arm, ...more }, new AbortController().signal);
  return { seen, process: seen.tools[0]?.values[0] };
}

describe.each(['naked', 'durable'] as const)('a process of the %s arm', (arm) => {
  it('does another trial if nothing is left in it, and is gone when the suite is over', async () => {
    const scene = await sceneOf('tidy');
    const [one, other] = [await trial(scene, arm), await trial(scene, arm)];
    expect(other.process).toBe(one.process);
    expect([other.seen.end, other.seen.lives[0]!.exit, other.seen.inOwnProcess]).toEqual(['finished', 0, false]);
    expect((await trial(scene, arm, { ownProcess: true })).process).not.toBe(one.process);
    await scene.close();
    expect(() => process.kill(Number(one.process), 0)).toThrow('ESRCH');
  });

  it('does another trial after a run that has thrown and left nothing behind', async () => {
    if (arm === 'durable') return;
    const scene = await sceneOf('tidy');
    const broken = {
      description: 'it is broken',
      tool: () => ({ kind: 'failure', name: 'Error', message: 'not today', label: 'failed' }) as const,
    };
    const [one, other] = [await trial(scene, arm, { fault: broken }), await trial(scene, arm)];
    expect([one.seen.end, one.seen.lives[0]!.exit, one.seen.stderr]).toEqual(['threw', 70, expect.stringContaining('not today')]);
    expect(other.process).toBe(one.process);
    expect(other.seen.end).toBe('finished');
  });

  it.each(['opensTimer', 'changesEnvironment'] as const)('does no other after a run that has left something behind: %s', async (agent) => {
    const scene = await sceneOf(agent);
    const [one, other] = [await trial(scene, arm), await trial(scene, arm)];
    expect([one.seen.end, other.seen.end]).toEqual(['finished', 'finished']);
    expect(other.process).not.toBe(one.process);
    expect(() => process.kill(Number(one.process), 0)).toThrow('ESRCH');
  });

  it('does no other after a run that was killed, or hung', async () => {
    const scene = await sceneOf('tidy');
    const kill = { point: 'after_effect', effect: 'book.write', method: 'write', madeIn: 'effect', life: 1 } as const;
    const { seen } = await trial(scene, arm, { kills: [kill] });
    expect(seen.lives.map(({ killedAt }) => killedAt)).toEqual(['book.write, after the effect', undefined]);
    const silent = { description: 'silence', tool: () => ({ kind: 'silence', label: 'never answered' }) as const };
    const hung = await trial(scene, arm, { fault: silent, deadlineMs: 500 });
    expect(hung.seen.end).toBe('hung');
    const killed = seen.tools[0]!.values[0];
    expect([killed, hung.process]).not.toContain((await trial(scene, arm)).process);
  });
});

describe('an agent that remembers its runs', () => {
  it('is tried in a new process each time, and the reader is told', async () => {
    const scene = await sceneOf('remembers');
    expect(scene.notes).toEqual([
      expect.stringMatching(/by the engine\): it called other tools/),
      expect.stringMatching(/without the engine\): it called other tools/),
    ]);
    const all = [await trial(scene, 'naked'), await trial(scene, 'naked')];
    expect(all.map(({ seen }) => [seen.tools.length, seen.inOwnProcess])).toEqual([[1, true], [1, true]]); // prettier-ignore
  });
});
