// A ceiling on the prompt: items are ranked against the question and packed, and the audit says what became of each.
import { candidates, contextBudget, credit, DurableFlow, scriptedModel, step, workflow, type Selection } from 'durableflow';

const handbook = [
  { id: 'history', text: 'The shop was founded by two sisters. '.repeat(20) },
  { id: 'hours', text: 'We open at nine, Tuesday to Saturday.' },
  { id: 'returns', text: 'Returns are free within 30 days.' },
];

@workflow({ name: 'help-desk' })
class HelpDesk {
  run(question: string) {
    return this.answer(question, candidates(handbook));
  }

  @step()
  @contextBudget({ maxTokens: 120, reserve: (question) => question, query: (question) => question })
  async answer(question: string, notes: Selection) {
    const model = scriptedModel(['30 days.']);
    const content = [question, ...notes.selected.map(({ text }) => text)].join('\n');
    const { text } = await model.complete({ messages: [{ role: 'user', content }], maxTokens: 20 });
    credit('returns'); // influence is said, never guessed
    return text;
  }
}

const flow = await DurableFlow.open(':memory:');
flow.register(HelpDesk, () => new HelpDesk());
console.log(await (await flow.start(HelpDesk, 'Until when are returns free?', { id: 'q-1' })).result());
for (const { reference, state, reason } of flow.audit('q-1').decisions[0]!.material)
  console.log(`${reference}: ${state}${reason ? `, ${reason}` : ''}`);
await flow.close();

/* It prints:
30 days.
history: rejected, too_long
hours: consumed
returns: influential
*/
