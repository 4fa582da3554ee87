import { fail, pass, type Finding } from './mode.js';
import type { Scene } from './scene.js';
import { costOf, type Observation } from './trial/observation.js';

const number = (n: number) => n.toLocaleString('en');

/** The models were not asked more often than they may be. */
export function withinTurns({ prompts }: Observation, { limits }: Scene): Finding {
  return prompts.length > limits.turns
    ? fail(`asked its models ${number(prompts.length)} times; ${number(limits.turns)} times are the most`)
    : pass('it did not ask too often');
}

/** It did not cost more than it may, by what the models of the world charge. */
export function withinMoney(seen: Observation, { limits }: Scene): Finding {
  const usd = costOf(seen);
  return usd > limits.usd ? fail(`spent $${usd.toFixed(2)}; $${limits.usd.toFixed(2)} is the most`) : pass('it did not cost too much');
}

/** No prompt was longer than it may be, whether the model took it or not. */
export function withinPrompt({ prompts }: Observation, { limits }: Scene): Finding {
  const longest = prompts.reduce((most, { tokens }) => Math.max(most, tokens), 0);
  return longest > limits.promptTokens
    ? fail(`sent a prompt of ${number(longest)} tokens; ${number(limits.promptTokens)} are the most`)
    : pass('no prompt was too long');
}
