import { isCancel, select, text, type Option } from '@clack/prompts';
import type { Prompts } from './prompts.js';

/** Prompts on the terminal of this process. */
export const clackPrompts: Prompts = {
  async choose<Choice extends string>(question: string, choices: readonly { value: Choice; label: string; hint?: string }[]) {
    const answer = await select<Choice>({ message: question, options: choices.map((it) => ({ ...it })) as Option<Choice>[] });
    return isCancel(answer) ? undefined : answer;
  },

  async ask(question) {
    const answer = await text({ message: question, validate: (value) => (value?.trim() ? undefined : 'Please write something.') });
    return isCancel(answer) ? undefined : answer.trim();
  },
};
