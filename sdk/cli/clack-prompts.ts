import { isCancel, select, text, type Option } from '@clack/prompts';
import type { Prompts } from './prompts.js';

/** Prompts on the terminal of this process. */
export const clackPrompts: Prompts = {
  async choose<Choice extends string>(question: string, choices: readonly { value: Choice; label: string; hint?: string }[]) {
    const answer = await select<Choice>({ message: question, options: choices.map((it) => ({ ...it })) as Option<Choice>[] });
    return isCancel(answer) ? undefined : answer;
  },

  ask: (question) => line(question),

  async edit(question, initial) {
    const { VISUAL, EDITOR } = process.env;
    const editor = VISUAL || EDITOR;
    if (!editor) return line(question, JSON.stringify(JSON.parse(initial)));
    const { editText } = await import('./edit-text.js');
    return editText(initial, editor);
  },
};

async function line(question: string, initialValue?: string): Promise<string | undefined> {
  const answer = await text({
    message: question,
    validate: (value) => (value?.trim() ? undefined : 'Please write something.'),
    ...(initialValue !== undefined && { initialValue }),
  });
  return isCancel(answer) ? undefined : answer.trim();
}
