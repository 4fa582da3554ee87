import { DurableFlow } from 'durableflow';
import { runSim, type ColonyJob, type ProfileName } from 'durableflow/colony';
import { load, type Attempt, type Claim } from '../kit/claim.js';
import { minutes, type Encode, type Studio } from './solution.js';

type Learned = { readonly Encode: typeof Encode; readonly pays: { readonly hostile: boolean; readonly calm: boolean } };

const secondsPerMinute = 20;
const secondsToOpen = 6;
const onePiece = secondsToOpen + minutes * secondsPerMinute;

/** A film, as far as its minutes can be told. */
const studio: Studio = { encode: async (_film, from, to) => Array.from({ length: to - from }, (_, n) => `${from + n} `).join('') };
const whole = await studio.encode('', 0, minutes);

/** How often the learner's class calls, found out by running it. */
async function callsOf(attempt: Attempt): Promise<{ calls: number; output: unknown }> {
  const { Encode: Learned } = await load<Learned>(attempt);
  await using flow = await DurableFlow.open(':memory:');
  flow.register(Learned, () => new Learned(studio));
  const run = await flow.start(Learned, 'film');
  const output = await run.result();
  return { calls: flow.show(run.id).steps.length, output };
}

const secondsOf = (calls: number) => calls * secondsToOpen + minutes * secondsPerMinute;

/** By how many points durable runs get more films done in 1.5 times the ideal time. */
async function gain(attempt: Attempt, losses: ProfileName): Promise<number> {
  const { Encode: Learned } = await load<Learned>(attempt);
  const { calls } = await callsOf(attempt);
  const job: ColonyJob<typeof Encode> = { class: Learned, make: () => new Learned(studio), input: (id) => id };
  const { comparisons } = await runSim({
    job,
    workload: { jobs: 10, prepareSeconds: 30, stages: [{ method: 'encode', seconds: secondsOf(calls) / calls, calls }] },
    losses,
    seeds: [1, 2, 3, 4],
    arms: ['scratch', 'durable'],
  });
  return comparisons[0]!.completionDelta.find(({ factor }) => factor === 1.5)!.points.value;
}

export const claims: readonly Claim[] = [
  {
    holds: 'the whole film is encoded, in parts',
    hint: 'A loop in run(): for (let from = 0; from < minutes; from += part) …, which awaits this.encode(film, from, from + part).',
    async test(attempt) {
      const { calls, output } = await callsOf(attempt);
      if (output !== whole) return 'What run() returns is not the whole film, in its order.';
      return calls > 1
        ? undefined
        : `The film is one call of ${Math.round(secondsOf(1) / 60)} minutes: a machine that is lost in it has done nothing.`;
    },
  },
  {
    holds: 'with no losses, a film takes at most 10% longer than in one piece',
    hint: 'Each part costs 6 seconds to open the film. How many of them are a tenth of the whole?',
    async test(attempt) {
      const { calls } = await callsOf(attempt);
      const more = secondsOf(calls) / onePiece - 1;
      return more <= 0.1 ? undefined : `In ${calls} parts a film takes ${Math.round(more * 100)}% longer.`;
    },
  },
  {
    holds: 'under hostile losses, durable runs get at least 40 points more of the films done',
    hint: 'A lost machine loses half a part on average. Make the parts smaller.',
    async test(attempt) {
      const points = await gain(attempt, 'hostile');
      return points >= 40 ? undefined : `They get ${points.toFixed(1)} points more done.`;
    },
  },
  {
    holds: 'you know where it pays',
    hint: 'Where losses are calm three of four films meet none; the fourth is what counts. Correct pays.calm or pays.hostile by what was measured.',
    async test(attempt) {
      const { pays } = await load<Learned>(attempt);
      for (const losses of ['hostile', 'calm'] as const) {
        const points = await gain(attempt, losses);
        if (points >= 5 !== pays[losses])
          return `You expect that it ${pays[losses] ? 'pays' : 'does not pay'} where losses are ${losses}; it gains ${points.toFixed(1)} points there.`;
      }
      return undefined;
    },
  },
];
