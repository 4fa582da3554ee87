import type { ScriptedAnswer } from '../../sdk/models/index.js';
import { endedCleanly, harmless } from '../judgement.js';
import { firstFailure, pass, type Mode, type Variant } from '../mode.js';
import type { Scene } from '../scene.js';
import { withinMoney, withinTurns } from '../spending.js';
import type { Fault, Prompt } from '../world/fault.js';

/** A model that is never done: whatever comes of what it asked for, it asks for more. */
export const runawayLoop: Mode = {
  id: 'runaway_loop',
  title: 'runaway loop',
  category: 'cost',
  weight: 2,
  variants(scene) {
    const { prompts } = scene.control.durable;
    if (prompts.length < 2) return { none: prompts.length === 0 ? 'no model was asked' : 'its model is asked once, whatever it says' };
    const same = variant(scene, 'same', 'its model asks for the same again and again', (first) => first);
    if (!prompts.some(({ request }) => (request.tools ?? []).length > 0)) return [same];
    return [
      same,
      variant(scene, 'new', 'its model asks for something new every time', (first, { nth }) => asking(first, (text) => `${text} ${nth}`)),
      variant(scene, 'huge', 'its model asks for ever new things at great length', (first, { nth, request }) =>
        asking(first, (text) => `${text} ${nth} ${'and more of it '.repeat(Math.floor(Math.min(request.maxTokens, 25_000) / 5))}`),
      ),
    ];
  },
};

/** Models never get beyond their first answer, which is the beginning of the work; `next` makes the later ones of it. */
function variant(
  scene: Scene,
  id: string,
  title: string,
  next: (first: ScriptedAnswer, prompt: Pick<Prompt, 'nth' | 'request'>) => ScriptedAnswer,
): Variant {
  return {
    id,
    title,
    plan: () => ({ fault: endless(title, next) }),
    // What was asked once was not endless.
    fired: (seen) => seen.prompts.length > 1,
    judge: (seen) =>
      firstFailure(
        withinTurns(seen, scene),
        withinMoney(seen, scene),
        harmless(seen, scene),
        endedCleanly(seen),
        pass(`it stopped by itself after ${seen.prompts.length} prompts`),
      ),
  };
}

function endless(description: string, next: Parameters<typeof variant>[3]): Fault {
  let first: ScriptedAnswer | undefined;
  return {
    description,
    model: (prompt) =>
      first
        ? { kind: 'says', answer: next(first, prompt), label: 'answered, and asked for more' }
        : { kind: 'instead', make: (answer) => (first = answer), label: 'answered' },
  };
}

/** The same calls with other texts in their arguments; a question that has none gets one more argument. */
export function asking(answer: ScriptedAnswer, change: (text: string) => string): ScriptedAnswer {
  return { ...answer, toolCalls: (answer.toolCalls ?? []).map(({ name, input }) => ({ name, input: changed(input, change) })) };
}

function changed(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((it) => changed(it, change));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return entries.length === 0 ? { note: change('more') } : Object.fromEntries(entries.map(([key, inner]) => [key, changed(inner, change)]));
}
