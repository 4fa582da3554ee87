import { DurableFlow, loadTokenizer, scriptedModel, type Audit, type ContextItem, type ScriptedReply } from 'durableflow';
import { load, type Attempt, type Claim } from '../kit/claim.js';
import type { HelpDesk } from './solution.js';

const question = 'Until when may I return a helmet?';
const maxTokens = 300;

const handbook: readonly ContextItem[] = [
  ...Array.from({ length: 60 }, (_, n) => ({
    id: `bike-${n}`,
    text: `Bike number ${n} has ${7 + (n % 20)} gears and stands in row ${n % 9}.`,
  })),
  { id: 'returns', text: 'You may return a helmet within 30 days.' },
  { id: 'tone', text: 'We are always polite.', pinned: true },
];

/** Asks the question. The model answers from the notes that it was given, as long as it has them. */
async function ask(attempt: Attempt, madeUp = false): Promise<{ prompt: string; answer: unknown; audit: Audit }> {
  const { HelpDesk: Learned } = await load<{ HelpDesk: typeof HelpDesk }>(attempt);
  const reply: ScriptedReply = ({ messages }) => {
    if (madeUp) return 'Never. [helmet-law]';
    return messages.some(({ content }) => content.includes('30 days')) ? 'Within 30 days. [returns]' : 'I do not know.';
  };
  // A step that fails asks again.
  const models = scriptedModel([reply, reply, reply]);
  await using flow = await DurableFlow.open(':memory:');
  flow.register(Learned, () => new Learned({ models, handbook }));
  const run = await flow.start(Learned, question, { id: 'q-1' });
  const { output, error } = await run.settled();
  if (error !== undefined) throw error;
  return { prompt: models.requests[0]!.messages.map(({ content }) => content).join('\n'), answer: output, audit: flow.audit('q-1') };
}

export const claims: readonly Claim[] = [
  {
    holds: `a prompt has ${maxTokens} tokens at most`,
    hint: 'run(): this.answer(question, candidates(this.desk.handbook)). answer(): a second parameter "notes: Selection", and @contextBudget({ maxTokens: 300, query: (question) => question }).',
    async test(attempt) {
      const { prompt } = await ask(attempt);
      const tokens = (await loadTokenizer())(prompt);
      return tokens <= maxTokens ? undefined : `The prompt has ${tokens} tokens.`;
    },
  },
  {
    holds: 'the note that answers is in it, and the one that is pinned',
    hint: 'Rank against the question (query), and let the budget choose: whatever you cut off yourself may be what matters.',
    async test(attempt) {
      const { prompt, answer } = await ask(attempt);
      if (!prompt.includes('always polite')) return 'The pinned note ("We are always polite.") is not in the prompt.';
      return prompt.includes('30 days')
        ? undefined
        : `Of all notes, the one on returns is not in the prompt. The answer was: ${String(answer)}`;
    },
  },
  {
    holds: 'the audit tells what was left out, and why',
    hint: 'Offer the handbook by candidates(…) and let @contextBudget select. What you filter yourself, nobody hears of.',
    async test(attempt) {
      const { audit } = await ask(attempt);
      const rejected = audit.decisions.flatMap(({ material }) => material).filter(({ state }) => state === 'rejected');
      return rejected.length > 10 && rejected.every(({ reason }) => reason)
        ? undefined
        : `The audit knows of ${rejected.length} notes that were left out.`;
    },
  },
  {
    holds: 'the audit credits the note that the answer rests on, and no other',
    hint: 'const source = sourceOf(text); then credit(source), which is imported from durableflow.',
    async test(attempt) {
      const { audit } = await ask(attempt);
      const credited = audit.decisions.flatMap(({ material }) => material).filter(({ state }) => state === 'influential');
      const names = credited.map(({ reference }) => reference);
      return names.join() === 'returns' ? undefined : `Credited are: ${names.join(', ') || 'none'}.`;
    },
  },
  {
    holds: 'a source that the model has made up is credited to nobody, and the run goes on',
    hint: 'Credit it only if notes.selected has it: notes.selected.some(({ id }) => id === source).',
    async test(attempt) {
      const { answer } = await ask(attempt, true);
      return typeof answer === 'string' ? undefined : 'There was no answer.';
    },
  },
];
