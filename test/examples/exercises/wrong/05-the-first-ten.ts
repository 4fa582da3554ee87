// The check says: The pinned note
import { credit, step, workflow, type ContextItem, type ModelClient } from 'durableflow';

export interface Desk {
  readonly models: ModelClient;
  readonly handbook: readonly ContextItem[];
}

const instructions = 'Answer from the notes alone. End with the id of the note in brackets, such as [hours].';

/** The id that the model names. */
export const sourceOf = (answer: string) => /\[([\w-]+)\]/.exec(answer)?.[1];

@workflow({ name: 'help-desk' })
export class HelpDesk {
  constructor(private readonly desk: Desk) {}

  async run(question: string) {
    return this.answer(question);
  }

  @step()
  async answer(question: string) {
    const given = this.desk.handbook.slice(0, 10).map(({ id, text }) => `[${id}] ${text}`);
    const { text } = await this.desk.models.complete({
      messages: [
        { role: 'system', content: `${instructions}\n${given.join('\n')}` },
        { role: 'user', content: question },
      ],
      maxTokens: 100,
    });
    const source = sourceOf(text);
    if (this.desk.handbook.some(({ id }) => id === source)) credit(source!);
    return text;
  }
}
