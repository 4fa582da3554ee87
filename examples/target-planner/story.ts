import { rm, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI from 'openai';
import { Planner, startProxy, traceText } from 'durableflow/planner';
import { coloursFor } from '../inbox-triage/cli/terminal.js';
import { StoryStage } from './story-targets.js';

type Ask = Parameters<OpenAI['chat']['completions']['create']>[0] & { readonly stream?: false; readonly planner?: object };

const topicSchema = {
  type: 'object',
  properties: { topic: { enum: ['refund', 'delivery', 'defect'] }, urgent: { type: 'boolean' } },
  required: ['topic', 'urgent'],
};
const contractSchema = {
  type: 'object',
  properties: { parties: { type: 'array', items: { type: 'string' } }, notice_days: { type: 'integer' } },
  required: ['parties', 'notice_days'],
};

const ticket = (n: number): Ask => ({
  model: 'auto',
  messages: [{ role: 'user', content: `Sort this ticket. No. ${n}: where is my parcel?` }],
  max_tokens: 60,
  planner: { check: { type: 'json_schema', schema: topicSchema } },
});

const contract: Ask = {
  model: 'auto',
  messages: [
    { role: 'user', content: 'Contract between Nordlys AS and Ada Lind, notice one quarter. Give the parties and the days of notice.' },
  ],
  max_tokens: 60,
  planner: { check: { type: 'json_schema', schema: contractSchema } },
};

const essay = (n: number): Ask => ({
  model: 'auto',
  messages: [{ role: 'user', content: `Say something kind about lighthouse ${n}.` }],
  max_tokens: 100,
});

/** Tells five scenes on the stream; resolves to whether all that was promised was kept. */
export async function tellStory(
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number },
  folder = '.demo/planner',
): Promise<boolean> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await using stage = await StoryStage.open();
  const budgets = [{ id: 'demo', limitUsd: 0.02, period: 'total' as const }];
  await using planner = await Planner.open({ targets: stage.targets, budgets, file: join(folder, 'planner.db') });
  await using proxy = await startProxy(planner);
  const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: 'none', maxRetries: 0 });

  const colours = coloursFor(stream);
  const say = (line: string) => void stream.write(`${line}\n`);
  let scenes = 0;
  const scene = (title: string, what: string) => say(`\n${colours.bold(colours.cyan(`${++scenes}  ${title}`))}\n   ${colours.dim(what)}\n`);
  const show = (requestId: string) =>
    say(
      traceText(planner.trace(requestId), { width: Math.min(stream.columns ?? 100, 100) - 3, colors: colours, now: new Date() }).replace(
        /^(?=.)/gm,
        '   ',
      ),
    );
  const ask = async (body: Ask, headers: Record<string, string> = {}) => {
    const { data, response } = await client.chat.completions.create({ ...body, stream: false }, { headers }).withResponse();
    return { said: data.choices[0]?.message.content, target: response.headers.get('x-planner-target') };
  };
  /** What the client calls its request: to find its trace by. */
  const named = (id: string) => ({ 'X-Request-Id': id });

  say(colours.bold('The target planner: one endpoint, three models, and a reason for every choice'));
  say(colours.dim(`   ${proxy.url}/v1, asked by the official openai client; the models are stubs with stated behaviour`));

  scene('Nothing is known yet', 'the first ticket: nobody has been measured, so the chain is wide; X-Shadow asks one more, to learn of it');
  const cold = await ask(ticket(1), { ...named('cold-start'), 'X-Shadow': 'true' });
  await until(() => planner.trace('cold-start').shadow !== undefined);
  show('cold-start');

  scene('It stays on this machine', 'thirty more tickets, each answer checked against a schema; then this one');
  for (let n = 2; n <= 31; n++) await ask(ticket(n));
  const local = await ask(ticket(32), named('stays-local'));
  show('stays-local');

  scene('A check fails, and it goes on', 'a contract, which the laptop model answers in prose');
  const escalated = await ask(contract, named('escalates'));
  show('escalates');

  scene('Nobody may be asked', 'X-Privacy: local-only and X-Tier-Floor: frontier do not go together');
  const before = total(stage);
  const refused = await ask(contract, { ...named('infeasible'), 'X-Privacy': 'local-only', 'X-Tier-Floor': 'frontier' }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refused instanceof OpenAI.UnprocessableEntityError)) throw new Error('the plan was to be infeasible', { cause: refused });
  say(`   ${colours.red(`${refused.status} ${String(refused.code)}`)}  ${colours.dim('the client throws UnprocessableEntityError')}`);
  show('infeasible');
  const askedNobody = total(stage) === before;

  scene('The budget is nearly used up', 'X-Budget-Id: demo, two cents; X-Objective: most_capable, until it cannot be had any more');
  const spend = { 'X-Budget-Id': 'demo', 'X-Objective': 'most_capable' };
  let [id, downgraded] = ['essay-1', await ask(essay(1), { ...spend, ...named('essay-1') })];
  for (let n = 2; downgraded.target === 'large-cloud' && n < 100; n++) {
    id = `essay-${n}`;
    downgraded = await ask(essay(n), { ...spend, ...named(id) });
  }
  say(`   ${stage.served('large-cloud')} answers came from the large cloud model\n`);
  show(id);

  say(`\n${colours.bold(colours.cyan(`${++scenes}  What was promised`))}`);
  const spent = planner.committedUsd('demo');
  const promises: readonly (readonly [boolean, string])[] = [
    [local.target === 'laptop' && cold.target === 'laptop', 'what the laptop model can do stayed with it, and cost nothing'],
    [escalated.target === 'small-cloud' && JSON.parse(escalated.said ?? '').notice_days === 90, 'an answer that failed its check was not given out; the next model was asked, and only that'],
    [askedNobody, 'the request that nobody may answer was sent to nobody'],
    [downgraded.target !== 'large-cloud' && spent <= 0.02, `the budget of two cents has $${spent.toFixed(6)} on it`],
  ]; // prettier-ignore
  for (const [kept, text] of promises)
    say(kept ? `   ${colours.green('✔')}  ${text}` : `   ${colours.bold(colours.red('✘'))}  BROKEN: ${text}`);
  say(colours.dim(`\n   Any of them again: npx durableflow --db ${join(folder, 'planner.db')} trace escalates`));
  return promises.every(([kept]) => kept);
}

const total = (stage: StoryStage) => stage.targets.reduce((sum, { id }) => sum + stage.served(id), 0);

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition() && tries < 200; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
}
