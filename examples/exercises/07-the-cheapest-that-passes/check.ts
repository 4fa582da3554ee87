import { Planner, type PlannerTarget } from 'durableflow/planner';
import { StubTarget } from '../../target-planner/stub-target.js';
import { load, type Attempt, type Claim } from '../kit/claim.js';
import type { sortTicket, Ticket } from './solution.js';

const common = {
  region: 'eu', api: 'openai', apiKeyEnv: undefined, enabled: true, contextWindow: 8192, maxOutputTokens: 1000,
  capabilities: ['json_schema'], latencyPrior: { p50Ms: 300, p95Ms: 900 },
} as const; // prettier-ignore

/** Each model with the tickets that it can sort; of others it talks. The large one would cost half a cent. */
const models = [
  { id: 'laptop', tier: 'local', privacy: 'local', prices: { input: 0, output: 0 }, sorts: ['easy'] },
  { id: 'small', tier: 'economy', privacy: 'public', prices: { input: 0.5, output: 2 }, sorts: ['easy', 'hard'] },
  { id: 'large', tier: 'frontier', privacy: 'public', prices: { input: 20, output: 100 }, sorts: ['easy', 'hard', 'odd'] },
] as const;

type Said = { readonly answer: string | undefined; readonly asked: readonly string[] };

/** Hands a ticket to the learner's function; tells who was asked. */
async function sort(attempt: Attempt, ticket: Ticket): Promise<Said> {
  const { sortTicket: sortIt } = await load<{ sortTicket: typeof sortTicket }>(attempt);
  const asked: string[] = [];
  const stubs = await Promise.all(
    models.map(({ id, sorts }) =>
      StubTarget.start({
        model: id,
        answer: ({ prompt }) => {
          asked.push(id);
          return sorts.some((kind) => prompt.includes(kind)) ? '{"topic":"defect"}' : 'Well, that is an interesting one.';
        },
      }),
    ),
  );
  try {
    const targets: PlannerTarget[] = models.map(({ sorts: _sorts, ...model }, index) => ({
      ...common,
      ...model,
      name: `the ${model.id} model`,
      model: model.id,
      baseUrl: stubs[index]!.baseUrl,
    }));
    await using planner = await Planner.open({ targets, checkLimit: '30s' });
    return { answer: await sortIt(planner, ticket), asked };
  } finally {
    await Promise.all(stubs.map((stub) => stub[Symbol.asyncDispose]()));
  }
}

const say = ({ answer, asked }: Said) =>
  `The answer was ${answer === undefined ? 'undefined' : `"${answer}"`}; asked were: ${asked.join(', ') || 'nobody'}.`;
const isSorted = ({ answer }: Said) => answer === '{"topic":"defect"}';

export const claims: readonly Claim[] = [
  {
    holds: 'an answer that is no topic is not given out: the next model is asked',
    hint: "planner.complete(request, { check: { type: 'json_schema', schema: ticketSchema } }).",
    async test(attempt) {
      const said = await sort(attempt, { text: 'a hard one', confidential: false });
      return isSorted(said) ? undefined : say(said);
    },
  },
  {
    holds: 'what the laptop can sort stays with it, and costs nothing',
    hint: 'Leave the objective as it is: the cheapest model comes first.',
    async test(attempt) {
      const said = await sort(attempt, { text: 'an easy one', confidential: false });
      return isSorted(said) && said.asked.join() === 'laptop' ? undefined : say(said);
    },
  },
  {
    holds: 'a confidential ticket never leaves this machine, even if nobody here can sort it',
    hint: "privacy: 'local-only' if ticket.confidential. Catch DF_PLAN_FAILED, and return undefined.",
    async test(attempt) {
      const said = await sort(attempt, { text: 'a hard one', confidential: true });
      if (said.asked.some((id) => id !== 'laptop')) return `A confidential ticket was sent to a provider. ${say(said)}`;
      return said.answer === undefined ? undefined : say(said);
    },
  },
  {
    holds: 'nobody is asked who could cost more than a tenth of a cent',
    hint: 'maxCostUsd: 0.001, for the whole request, escalations included.',
    async test(attempt) {
      const said = await sort(attempt, { text: 'an odd one', confidential: false });
      if (said.asked.includes('large')) return `The large model was asked. ${say(said)}`;
      return said.answer === undefined ? undefined : say(said);
    },
  },
];
