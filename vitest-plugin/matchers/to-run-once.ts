import { DurableFlowError } from '../../sdk/errors/index.js';
import type { RunDetails } from '../../sdk/flow/run-view.js';
import type { History } from '../../sdk/store/index.js';
import { verdict, type MatcherVerdict } from './verdict.js';

/** Whether a method was called once in a run, and executed once: no retry, no second execution, nothing left in doubt. */
export function toRunOnce(received: unknown, method: string): MatcherVerdict {
  const { id, steps, effects } = recordOf(received);
  const calls = steps.filter((it) => it.method === method);
  const doubted = effects.find((it) => it.method === method && it.state !== 'done');
  return verdict(`run "${id}"`, `have run ${method} once`, whyNot());

  function whyNot(): string | undefined {
    if (calls.length === 0 && doubted) return `nobody knows whether it has happened`;
    if (calls.length === 0) return `it was never called; on record are ${steps.map((it) => it.method).join(', ') || 'no calls'}`;
    if (calls.length > 1) return `it was called ${calls.length} times`;
    if (calls[0]!.attempts > 1) return `it was tried ${calls[0]!.attempts} times`;
    return doubted ? `its effect is ${doubted.state}` : undefined;
  }
}

interface RunRecordOf {
  readonly id: string;
  readonly steps: readonly { readonly method: string; readonly attempts: number }[];
  readonly effects: readonly { readonly method: string; readonly state: string }[];
}

function recordOf(received: unknown): RunRecordOf {
  const given = (received ?? {}) as Partial<History & RunDetails>;
  if (given.format === 'durableflow.history') {
    const { run, journal, effects } = given as History;
    return { id: run.id, steps: journal.map(({ name, attempts }) => ({ method: name, attempts })), effects };
  }
  if (Array.isArray(given.steps) && Array.isArray(given.effects)) return given as RunDetails;
  throw new DurableFlowError('DF_INVALID_INPUT', 'toRunOnce takes what flow.show(id) or flow.exportHistory(id) returns');
}
