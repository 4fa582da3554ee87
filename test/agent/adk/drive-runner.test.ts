import {
  BaseSessionService, FunctionTool, InMemoryRunner, JoinNode, LlmAgent, LogLevel, ParallelAgent, Runner, SequentialAgent, setLogLevel, StreamingMode, Workflow, type Context, type LlmResponse,
} from '@google/adk'; // prettier-ignore
import { ModelError, replayHistory, scriptedModel, step, workflow, type ModelRequest } from 'durableflow';
import { answerTurn, driveRunner, durableLlm, type LlmTurn } from 'durableflow/adk';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openFlow } from '../../fixtures/open-flow.js';
import { rejection } from '../../fixtures/rejection.js';

// ADK says of half its classes that they are new, and of the other half that they are old.
setLogLevel(LogLevel.ERROR);

const textOf = ({ messages }: ModelRequest) => messages.map(({ content }) => content).join('\n');

describe('a conversation', () => {
  it('goes on with the next message, keeps its state, and tells its events', async () => {
    const models = scriptedModel(['Berlin.', (request) => (textOf(request).includes('Berlin.') ? 'The Spree.' : 'Which city?')]);
    const agent = new LlmAgent({
      name: 'geographer',
      instruction: 'Answer in {language}.',
      outputKey: 'last',
      model: durableLlm((turn) => answerTurn(models, turn)),
    });
    const runner = new InMemoryRunner({ agent });
    const authors: string[] = [];
    const options = { state: { language: 'English' }, onEvent: ({ author }: { author?: string }) => authors.push(author ?? '') };
    expect(await driveRunner(runner, 'Capital of Germany?', options)).toMatchObject({ text: 'Berlin.', finishReason: 'STOP' });
    const second = await driveRunner(runner, 'And its river?', options);
    expect(second).toMatchObject({ text: 'The Spree.', state: { language: 'English', last: 'The Spree.' } });
    expect(models.requests[0]!.messages[0]!.content).toContain('Answer in English.');
    expect(authors).toEqual(['geographer', 'geographer']);
  });

  it('fails with the error of its model, of which ADK keeps the message alone', async () => {
    const busy = new ModelError('rate_limited', 'too many requests', { retryAfterMs: 5 });
    const agent = new LlmAgent({ name: 'a', model: durableLlm(() => Promise.reject(busy)) });
    expect(await rejection(driveRunner(new InMemoryRunner({ agent }), '?'))).toBe(busy);
  });

  it('fails if the model says nothing at all', async () => {
    const agent = new LlmAgent({ name: 'a', model: durableLlm((turn) => answerTurn(scriptedModel(['']), turn)) });
    const error = await rejection(driveRunner(new InMemoryRunner({ agent }), '?'));
    expect(error).toMatchObject({ code: 'DF_AGENT_FAILED', details: { errorCode: 'EMPTY_ANSWER' } });
  });

  it('ends at the limit of turns', async () => {
    const models = scriptedModel(() => ({ toolCalls: [{ name: 'again', input: {} }] }));
    const again = new FunctionTool({ name: 'again', description: '', parameters: z.object({}), execute: () => 'again' });
    const agent = new LlmAgent({ name: 'a', tools: [again], model: durableLlm((turn) => answerTurn(models, turn)) });
    const error = await rejection(driveRunner(new InMemoryRunner({ agent }), '?', { runConfig: { maxLlmCalls: 3 } }));
    expect(error).toMatchObject({ code: 'DF_AGENT_FAILED', message: expect.stringMatching(/limit of `?3`? exceeded/) });
    expect(models.requests).toHaveLength(3);
  });

  it('is refused if it is kept outside of the run', async () => {
    class Elsewhere extends BaseSessionService {
      createSession = () => Promise.reject(new Error('not asked'));
      getSession = () => Promise.reject(new Error('not asked'));
      listSessions = () => Promise.reject(new Error('not asked'));
      deleteSession = () => Promise.reject(new Error('not asked'));
    }
    const agent = new LlmAgent({ name: 'a', model: durableLlm((turn) => answerTurn(scriptedModel(['?']), turn)) });
    const runner = new Runner({ agent, appName: 'a', sessionService: new Elsewhere() });
    expect(await rejection(driveRunner(runner, '?'))).toMatchObject({
      code: 'DF_AGENT_UNSUPPORTED',
      message: expect.stringContaining('Elsewhere'),
    });
  });

  it('cannot be live', async () => {
    const llm = durableLlm(() => Promise.reject(new Error('not asked')));
    expect(await rejection(llm.connect({ contents: [], toolsDict: {}, liveConnectConfig: {} }))).toMatchObject({
      code: 'DF_AGENT_UNSUPPORTED',
    });
  });

  // The engine waits a second for a replayed workflow to ask; work that took timers or files could make it wait longer.
  it('needs nothing but promises between its calls', async () => {
    const models = scriptedModel([{ toolCalls: [{ name: 'look', input: {} }] }, 'Seen.']);
    const look = new FunctionTool({ name: 'look', description: '', parameters: z.object({}), execute: async () => 'a tree' });
    const agent = new LlmAgent({ name: 'a', tools: [look], model: durableLlm((turn) => answerTurn(models, turn)) });
    const runner = new InMemoryRunner({ agent });
    let turned = false;
    setImmediate(() => (turned = true));
    expect((await driveRunner(runner, '?')).text).toBe('Seen.');
    expect(turned).toBe(false);
  });
});

/** An answer that has no ids, as those of Gemini. */
const calls = (...names: string[]): LlmResponse => ({
  content: { role: 'model', parts: names.map((name) => ({ functionCall: { name, args: {} } })) },
});
const says = (text: string): LlmResponse => ({ content: { role: 'model', parts: [{ text }] } });

describe('in a durable run', () => {
  it('a tool is called under the same id on every replay', async () => {
    @workflow({ name: 'ids' })
    class Ids {
      async run() {
        const report = async (_: object, context?: Context) => this.report(context!.functionCallId!);
        const tool = (name: string) => new FunctionTool({ name, description: '', parameters: z.object({}), execute: report });
        const agent = new LlmAgent({ name: 'a', tools: [tool('one'), tool('two')], model: durableLlm((turn) => this.think(turn)) });
        return (await driveRunner(new InMemoryRunner({ agent }), 'Go.')).text;
      }

      @step()
      async think({ contents }: LlmTurn) {
        return [calls('one', 'two'), calls('one'), says('done')][(contents.length - 1) / 2]!;
      }

      @step()
      async report(id: string) {
        return id;
      }
    }
    const flow = await openFlow();
    flow.register(Ids, () => new Ids());
    const run = await flow.start(Ids, undefined, { id: 'r' });
    expect(await run.result()).toBe('done');
    const reported = flow.show('r').steps.filter(({ method }) => method === 'report');
    expect(reported.map(({ value }) => value)).toEqual(['adk-call-1', 'adk-call-2', 'adk-call-3']);
    expect(await replayHistory(Ids, () => new Ids(), flow.exportHistory('r'))).toMatchObject({ status: 'completed', output: 'done' });
  });

  const teams: Record<string, (slow: LlmAgent, quick: LlmAgent, last: LlmAgent) => ConstructorParameters<typeof InMemoryRunner>[0]> = {
    'a ParallelAgent in a SequentialAgent': (slow, quick, last) => ({
      agent: new SequentialAgent({
        name: 'team',
        subAgents: [new ParallelAgent({ name: 'both', subAgents: [slow, quick] }), last],
      }),
    }),
    'a Workflow': (slow, quick, last) => ({
      agent: new Workflow({ name: 'team', edges: [['START', [slow, quick], new JoinNode({ name: 'join' }), last]] }),
    }),
  };

  it.each(Object.keys(teams))(
    'the agents of %s are asked at the same time, and replay in the order in which they answered',
    async (team) => {
      const delays: Record<string, number> = { slow: 40, quick: 5, last: 1 };

      @workflow({ name: 'team' })
      class Team {
        async run() {
          const member = (name: string) =>
            new LlmAgent({ name, outputKey: name, model: durableLlm((turn) => this.think(name, turn)), instruction: `You are ${name}.` });
          const runner = new InMemoryRunner(teams[team]!(member('slow'), member('quick'), member('last')));
          return (await driveRunner(runner, 'Go.')).state;
        }

        @step()
        async think(name: string, _turn: LlmTurn) {
          await new Promise((resolve) => setTimeout(resolve, delays[name]));
          return says(`${name} is done`);
        }
      }
      const flow = await openFlow(':memory:', { guard: 'error' });
      flow.register(Team, () => new Team());
      const run = await flow.start(Team, undefined, { id: 'r' });
      const state = { slow: 'slow is done', quick: 'quick is done', last: 'last is done' };
      expect(await run.result()).toEqual(state);
      const history = flow.exportHistory('r');
      expect(history.journal.map(({ call }) => call)).toEqual([1, 0, 2]);
      const replay = await replayHistory(Team, () => new Team(), history);
      expect(replay).toMatchObject({ status: 'completed', divergence: undefined, output: state });
    },
  );

  it('an answer comes in one piece where ADK is asked to stream, and the step has shown it before', async () => {
    const shown: string[] = [];

    @workflow({ name: 'streamed' })
    class Streamed {
      async run() {
        const agent = new LlmAgent({ name: 'a', model: durableLlm((turn) => this.think(turn)) });
        const events: (string | undefined)[] = [];
        const { text } = await driveRunner(new InMemoryRunner({ agent }), 'Go.', {
          runConfig: { streamingMode: StreamingMode.SSE },
          onEvent: ({ content }) => events.push(content?.parts?.[0]?.text),
        });
        return { text, events };
      }

      @step()
      think(turn: LlmTurn) {
        return answerTurn(scriptedModel(['One two three.']), turn, { onText: (text) => shown.push(text) });
      }
    }
    const flow = await openFlow();
    flow.register(Streamed, () => new Streamed());
    const run = await flow.start(Streamed, undefined, { id: 'r' });
    expect(await run.result()).toEqual({ text: 'One two three.', events: ['One two three.'] });
    expect(shown).toEqual(['One', ' two', ' three.']);
    await replayHistory(Streamed, () => new Streamed(), flow.exportHistory('r'));
    expect(shown).toHaveLength(3);
  });

  it('keys in the headers of a request do not get into the journal', async () => {
    @workflow({ name: 'keys' })
    class Keys {
      async run() {
        const generateContentConfig = { httpOptions: { headers: { authorization: 'Bearer secret-key' } }, temperature: 0 };
        const agent = new LlmAgent({ name: 'a', generateContentConfig, model: durableLlm((turn) => this.think(turn)) });
        return (await driveRunner(new InMemoryRunner({ agent }), 'Go.')).text;
      }

      @step()
      async think(turn: LlmTurn) {
        return says(JSON.stringify(turn.config));
      }
    }
    const flow = await openFlow();
    flow.register(Keys, () => new Keys());
    const run = await flow.start(Keys, undefined, { id: 'r' });
    expect(await run.result()).toContain('"temperature":0');
    expect(JSON.stringify(flow.exportHistory('r'))).not.toContain('secret-key');
  });
});
