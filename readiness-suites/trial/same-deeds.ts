import { isDeepStrictEqual } from 'node:util';
import type { Observation } from './observation.js';

/** What was seen of one trial and not of another, in words; undefined if both did the same. */
export function firstOtherDeed(one: Observation, other: Observation): string | undefined {
  if (one.end !== other.end) return 'it came to another end';
  if (!isDeepStrictEqual(calls(one), calls(other))) return 'it called other tools, or with other arguments';
  if (!isDeepStrictEqual(questions(one), questions(other))) return 'it asked its models something else';
  return undefined;
}

const calls = ({ tools }: Observation) => tools.map(({ tool, values, applied, outcome }) => ({ tool, values, applied, outcome }));

const questions = ({ prompts }: Observation) => prompts.map(({ target, text, outcome }) => ({ target, text, outcome }));
