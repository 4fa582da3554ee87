import { InMemorySessionService, isFinalResponse, stringifyContent, type Event, type RunConfig, type Runner } from '@google/adk';
import { DurableFlowError } from '../../errors/index.js';
import { keepingFailure } from './kept-failure.js';
import type { LlmTurn } from './llm-turn.js';

/** A message, as ADK has it. */
type Content = LlmTurn['contents'][number];

/** Options of `driveRunner`. */
export interface DriveOptions {
  /** Whose conversation it is. Default `'user'`. */
  readonly userId?: string;
  /** A second message with the same id goes on with the same conversation. Default `'conversation'`. */
  readonly sessionId?: string;
  /** What the session's state begins with. */
  readonly state?: Readonly<Record<string, unknown>>;
  readonly runConfig?: Partial<RunConfig>;
  /** Told of every event of the runner, live and on a replay. Their ids and timestamps are new on each: do not decide on them. */
  readonly onEvent?: (event: Event) => void;
}

/** What came of a message. */
export interface Driven {
  /** The last answer of the agent. */
  readonly text: string;
  /** Why the model ended it, in ADK's words: `'MAX_TOKENS'` for an answer that was cut off. */
  readonly finishReason: string | undefined;
  /** The state of the session. */
  readonly state: Readonly<Record<string, unknown>>;
}

/**
 * Sends one message to the agent of an ADK `Runner` and waits for its answer, for use in `run()`. It makes the session if
 * there is none, under an id that is the same on every replay. ADK turns the failure of a model into an event and ends in
 * peace; here it is thrown, as the error that it was.
 *
 * Throws `DF_AGENT_FAILED` if the agent ends with an error that was no exception, such as a refused prompt, and
 * `DF_AGENT_UNSUPPORTED` if the sessions are not in memory: a replay would write the conversation into them once more.
 *
 * @param runner a new one for each run, such as `new InMemoryRunner({ agent })`
 * @param message what the user says
 *
 * @example
 * ```ts
 * import { InMemoryRunner, LlmAgent } from '@google/adk';
 * import { scriptedModel } from 'durableflow';
 * import { answerTurn, driveRunner, durableLlm } from 'durableflow/adk';
 *
 * const models = scriptedModel(['Berlin.', 'The Spree.']);
 * const agent = new LlmAgent({ name: 'geographer', model: durableLlm((turn) => answerTurn(models, turn)) });
 * const runner = new InMemoryRunner({ agent });
 * console.log((await driveRunner(runner, 'Capital of Germany?')).text); // Berlin.
 * console.log((await driveRunner(runner, 'And its river?')).text); // The Spree.
 * ```
 */
export async function driveRunner(runner: Runner, message: string | Content, options: DriveOptions = {}): Promise<Driven> {
  const { userId = 'user', sessionId = 'conversation', state = {}, runConfig, onEvent } = options;
  const { sessionService, appName } = runner;
  if (!(sessionService instanceof InMemorySessionService))
    throw new DurableFlowError(
      'DF_AGENT_UNSUPPORTED',
      `${sessionService.constructor.name} keeps the conversation outside of the run, where a replay would add to it; use InMemorySessionService`,
    );
  const session = { appName, userId, sessionId };
  if (!(await sessionService.getSession(session))) await sessionService.createSession({ ...session, state: { ...state } });
  const newMessage = typeof message === 'string' ? { role: 'user', parts: [{ text: message }] } : message;
  const events = runner.runAsync({ userId, sessionId, newMessage, ...(runConfig && { runConfig }) });

  return keepingFailure(async (failure) => {
    let text = '';
    let finishReason: string | undefined;
    for await (const event of events) {
      onEvent?.(event);
      if (event.errorCode !== undefined) throw isOf(event, failure.error) ? failure.error : failed(event);
      if (!isFinalResponse(event) || !event.content) continue;
      text = stringifyContent(event);
      finishReason = event.finishReason;
    }
    return { text, finishReason, state: { ...(await sessionService.getSession(session))?.state } };
  });
}

/** An agent may have got over an earlier failure of its model. */
const isOf = ({ errorMessage }: Event, error: unknown): error is Error => error instanceof Error && error.message === errorMessage;

const failed = ({ author, errorCode, errorMessage }: Event) =>
  new DurableFlowError('DF_AGENT_FAILED', `the agent ${author ?? ''} ended with ${errorCode}: ${errorMessage ?? 'no message'}`, {
    details: { errorCode },
  });
