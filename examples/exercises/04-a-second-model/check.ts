import { BudgetExceeded, ModelError, scriptedModel, type ScriptedReply } from 'durableflow';
import { load, type Attempt, type Claim } from '../kit/claim.js';
import type { makeModels } from './solution.js';

const request = { messages: [{ role: 'user' as const, content: 'When is it ready?' }], maxTokens: 100 };

/** Two models with these scripts, made one by the learner. */
async function pair(attempt: Attempt, good: readonly ScriptedReply[], spare: readonly ScriptedReply[], usd = 1) {
  const { makeModels: make } = await load<{ makeModels: typeof makeModels }>(attempt);
  const models = {
    good: scriptedModel([...good], { model: 'claude-sonnet-4-5' }),
    spare: scriptedModel([...spare], { model: 'claude-haiku-4-5' }),
  };
  const both = make(models.good, models.spare, usd);
  return {
    ...models,
    ask: () =>
      both.complete(request).then(
        ({ text }) => text,
        (error: unknown) => error,
      ),
  };
}

const say = (answer: unknown) => (answer instanceof Error ? `an error (${answer.message})` : `"${String(answer)}"`);

export const claims: readonly Claim[] = [
  {
    holds: 'if the good model is overloaded, the spare one answers',
    hint: 'return routeModels({ targets: [{ client: good, retry: { maxAttempts: 1 } }, { client: spare }] }).',
    async test(attempt) {
      const { ask } = await pair(attempt, [new ModelError('overloaded', 'too much to do')], ['On Friday.']);
      const answer = await ask();
      return answer === 'On Friday.' ? undefined : `What came of it is ${say(answer)}.`;
    },
  },
  {
    holds: 'if the good model is well, nobody else is asked',
    hint: 'The good one comes first among the targets.',
    async test(attempt) {
      const { ask, spare } = await pair(attempt, ['On Monday.'], ['On Friday.']);
      const answer = await ask();
      return answer === 'On Monday.' && spare.requests.length === 0
        ? undefined
        : `The answer was ${say(answer)}, and the spare model was asked ${spare.requests.length} times.`;
    },
  },
  {
    holds: 'if the good model says nothing for 300 ms, the spare one answers',
    hint: "timeout: '300ms' of the first target.",
    async test(attempt) {
      const { ask } = await pair(attempt, [{ text: 'On Monday.', delay: '5s' }], ['On Friday.']);
      const answer = await ask();
      return answer === 'On Friday.' ? undefined : `The good model took five seconds, and what came of it is ${say(answer)}.`;
    },
  },
  {
    holds: 'if the request is wrong, that is said, and nobody else is asked',
    hint: 'Leave it to the router: by itself it passes on only what another target may not have. Catch nothing, and set no fallbackOn.',
    async test(attempt) {
      const { ask, spare } = await pair(attempt, [new ModelError('invalid_request', 'no such parameter')], ['On Friday.']);
      const answer = await ask();
      if (spare.requests.length > 0) return 'The request was wrong, and the spare model was asked all the same.';
      return answer instanceof ModelError && answer.kind === 'invalid_request' ? undefined : `What came of it is ${say(answer)}.`;
    },
  },
  {
    holds: 'no more is spent than was allowed',
    hint: 'budget: { run: usd } of routeModels. An attempt whose worst case does not fit is not sent.',
    async test(attempt) {
      const answers = Array.from({ length: 50 }, () => ({ text: 'On Monday.', usage: { inputTokens: 12, outputTokens: 90 } }));
      const usd = 0.01;
      const { ask, good } = await pair(attempt, answers, [], usd);
      for (let n = 0; n < 40; n++) {
        const answer = await ask();
        if (!(answer instanceof Error)) continue;
        if (!(answer instanceof BudgetExceeded)) return `Instead of a refusal there was ${say(answer)}.`;
        return good.requests.length > 0 ? undefined : 'Nothing was asked at all: the budget lets no request through.';
      }
      return `Forty questions were answered at more than 5 cents together, and $${usd} were allowed.`;
    },
  },
];
