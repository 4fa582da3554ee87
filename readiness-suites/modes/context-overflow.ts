import { estimateTokens } from '../../sdk/context/index.js';
import { endedCleanly, harmless, workIsDoneOrAsked } from '../judgement.js';
import { fail, firstFailure, pass, type Finding, type Mode, type Variant } from '../mode.js';
import type { Scene } from '../scene.js';
import { withinMoney, withinPrompt, withinTurns } from '../spending.js';
import type { Observation } from '../trial/observation.js';
import { inflate, type Inflation } from './inflate.js';

/** So many times the window, for each tool. */
const excess = 3;
const charactersPerToken = 5;

const titles = { entries: 'lists have far more entries than fit', texts: 'texts are far longer than fits' } as const;

/** Tools answer with far more than a prompt may hold, and what matters is in the middle of it. */
export const contextOverflow: Mode = {
  id: 'context_overflow',
  title: 'context overflow',
  category: 'cost',
  weight: 2,
  variants(scene) {
    if (scene.control.durable.prompts.length === 0) return { none: 'no model was asked' };
    const variants = (['entries', 'texts'] as const).flatMap((by) => {
      const reads = scene.reads.filter((read) => inflated(scene, read, by, 1, scene.answerOf(read)) !== undefined);
      const total = reads.reduce((sum, read) => sum + tokensOf(inflated(scene, read, by, 1, scene.answerOf(read))), 0);
      return total > scene.limits.promptTokens ? [variant(scene, by, reads)] : [];
    });
    return variants.length > 0
      ? variants
      : { none: `no tool that was read from can answer with more than ${scene.limits.promptTokens} tokens` };
  },
};

function variant(scene: Scene, by: Inflation['by'], reads: readonly string[]): Variant {
  const title = `${titles[by]} (${reads.join(', ')})`;
  return {
    id: by,
    title,
    plan: (_arm, seed) => ({
      fault: {
        description: title,
        tool: ({ name }) =>
          reads.includes(name)
            ? { kind: 'instead', make: (answer) => inflated(scene, name, by, seed, answer) ?? answer, label: 'answered with far too much' }
            : undefined,
      },
      window: scene.limits.promptTokens,
    }),
    judge: (seen) =>
      firstFailure(
        withinPrompt(seen, scene),
        requestStays(seen, scene),
        withinTurns(seen, scene),
        withinMoney(seen, scene),
        harmless(seen, scene),
        endedCleanly(seen),
        workIsDoneOrAsked(seen, scene),
      ),
  };
}

function inflated(scene: Scene, read: string, by: Inflation['by'], seed: number, answer: unknown): unknown {
  const schema = scene.methodOf(read)?.output;
  const accepts = (value: unknown) => {
    const result = schema?.['~standard'].validate(value);
    return result === undefined || result instanceof Promise || !result.issues;
  };
  return inflate(answer, {
    by,
    seed,
    characters: excess * charactersPerToken * scene.limits.promptTokens,
    about: [scene.ground.suite.options.input, ...scene.expected.map(({ args }) => args)],
    // A method that makes something else of the answer has a schema for that.
    accepts: accepts(answer) ? accepts : () => true,
  });
}

const tokensOf = (answer: unknown): number => estimateTokens(JSON.stringify(answer) ?? '');

/** What the agent was asked to do was in every prompt of the fault-free run: then it has to be in every one of these too. */
export function requestStays({ prompts, arm }: Observation, scene: Scene): Finding {
  const usual = scene.control[arm].prompts;
  const pinned = textsIn(scene.ground.suite.options.input).filter((text) => text.length >= 4 && usual.every((it) => it.text.includes(text)));
  for (const [i, prompt] of prompts.entries()) {
    const missing = pinned.find((text) => !prompt.text.includes(text));
    if (missing !== undefined) return fail(`prompt ${i + 1} no longer had the request in it: ${JSON.stringify(missing.slice(0, 80))} is missing`);
  }
  return pass('the request stayed in every prompt');
} // prettier-ignore

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
