// The check says: Credited are: bike-
import { candidates, contextBudget, credit, step, workflow, type ContextItem, type ModelClient, type Selection } from 'durableflow';

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
    return this.answer(question, candidates(this.desk.handbook));
  }

  @step()
  @contextBudget({
    maxTokens: 300,
    query: (question) => question,
    reserve: (question) => `${instructions} ${question}`,
    render: ({ id, text }) => `[${id}] ${text}`,
  })
  async answer(question: string, notes: Selection) {
    const given = notes.selected.map(({ id, text }) => `[${id}] ${text}`);
    const { text } = await this.desk.models.complete({
      messages: [
        { role: 'system', content: `${instructions}\n${given.join('\n')}` },
        { role: 'user', content: question },
      ],
      maxTokens: 100,
    });
    const source = sourceOf(text);
    if (source) credit(notes.selected.map(({ id }) => id));
    return text;
  }
}
