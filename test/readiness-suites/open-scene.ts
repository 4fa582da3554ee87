import { afterAll, onTestFinished } from 'vitest';
import { estimateTokens, loadTokenizer } from '../../sdk/context/index.js';
import { emptyEvidence, runMode } from '../../readiness-suites/run-mode.js';
import type { Arm, ModeEvidence, TrialEvidence } from '../../readiness-suites/evidence.js';
import type { Mode } from '../../readiness-suites/mode.js';
import { deadlineOf, Scene } from '../../readiness-suites/scene.js';
import type { DeclaredSuite } from '../../readiness-suites/suite.js';
import type { Loader } from '../../readiness-suites/trial/loader.js';

/** Where a suite was declared that is tried without the plugin. */
export interface SuitePlace {
  readonly suite: DeclaredSuite;
  readonly file: string;
  readonly ordinal: number;
  readonly loader: Loader;
}

const left = new Set<Scene>();
afterAll(() => Promise.all([...left].map((scene) => scene.close())));

/** Closed with the test that has opened it, or with the file. */
function closeLater(scene: Scene): void {
  left.add(scene);
  try {
    onTestFinished(async () => {
      left.delete(scene);
      await scene.close();
    });
  } catch {
    // It was opened in a hook.
  }
}

/** The fault-free run of a suite, in real processes. Throws if the work was not done in the durable arm. */
export async function openScene(place: SuitePlace, signal = new AbortController().signal): Promise<Scene> {
  const count = await loadTokenizer();
  const scene = await Scene.open(
    {
      ...place,
      root: process.cwd(),
      modelApi: 'openai',
      countTokens: (text) => (text.length > 2_000_000 ? estimateTokens(text) : count(text)),
      deadlineMs: deadlineOf(place.suite),
    },
    signal,
  );
  closeLater(scene);
  const failure = scene.controlFailure('durable');
  if (failure !== undefined) throw new Error(failure);
  return scene;
}

/** Runs the variants of a mode whose id has `part` in it. */
export async function tryMode(mode: Mode, scene: Scene, part = ''): Promise<ModeEvidence> {
  const some: Mode = {
    ...mode,
    variants(it) {
      const all = mode.variants(it);
      return 'none' in all ? all : all.filter(({ id }) => id.includes(part));
    },
  };
  const evidence = await runMode(some, scene, { seed: 1, trials: 1, signal: new AbortController().signal });
  return { ...emptyEvidence(mode), ...evidence };
}

/** What came of one arm, variant by variant: how each came out, and why. */
export function outcomes({ variants }: ModeEvidence, arm: Arm): Record<string, string> {
  const told = ({ outcome, reason }: TrialEvidence) => `${outcome}: ${reason}`;
  return Object.fromEntries(
    variants.map(({ id, trials }) => [
      id,
      trials
        .filter((it) => it.arm === arm)
        .map(told)
        .join('; '),
    ]),
  );
}
