import type { WorkflowSharedContext } from '@restatedev/restate-sdk';
import { beforeEach, expect, it } from 'vitest';
import type { RestateSdk } from '../../sdk/restate/load-sdk.js';
import type { EventAnswer, RunEvent } from '../../sdk/restate/log-entry.js';
import type { RunLogHost } from '../../sdk/restate/run-log.js';
import { runHandlers } from '../../sdk/restate/run-service.js';

/** The promises and the state of one run at a server. */
const kept = new Map<string, unknown>();
const waiting = new Map<string, ((value: unknown) => void)[]>();
let inbox: number | undefined;
/** What happens between a look at an inbox and the word for it. */
let meanwhile: (() => void) | undefined;

function put(name: string, value: unknown): void {
  if (kept.has(name)) throw new Error(`${name} is resolved already`);
  kept.set(name, value);
  for (const resolve of waiting.get(name) ?? []) resolve(value);
}

const mapped = (promise: Promise<unknown>) =>
  Object.assign(promise, { map: (change: (value: unknown) => unknown) => promise.then(change) });

const context = {
  get: async () => inbox ?? null,
  promise: (name: string) => ({
    peek: async () => kept.get(name),
    resolve: async (value: unknown) => {
      meanwhile?.();
      meanwhile = undefined;
      put(name, value);
    },
    get: () =>
      mapped(
        new Promise((resolve) => {
          if (kept.has(name)) resolve(kept.get(name));
          else waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
        }),
      ),
  }),
} as unknown as WorkflowSharedContext;

const sdk = {
  handlers: { workflow: { shared: (handler: unknown) => handler } },
  RestatePromise: { race: (promises: Promise<unknown>[]) => Promise.race(promises) },
} as unknown as RestateSdk;
const deliver = runHandlers(sdk, {} as RunLogHost, 's', new Set()).deliver as (
  ctx: WorkflowSharedContext,
  event: RunEvent,
) => Promise<EventAnswer>;

const say = (payload: string): RunEvent => ({ verb: 'signal', signal: { name: 'word', payload, dedupeId: undefined, at: 1 } });

beforeEach(() => {
  kept.clear();
  waiting.clear();
  inbox = undefined;
  meanwhile = undefined;
});

it('puts each event into a place of its own, and hands back what came of that one', async () => {
  const both = [deliver(context, say('a')), deliver(context, say('b'))];
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect([kept.get('inbox/0'), kept.get('inbox/1')]).toEqual([say('a'), say('b')]);
  put('answer/1', 'duplicate');
  put('answer/0', 'sent');
  expect(await Promise.all(both)).toEqual(['sent', 'duplicate']);
});

it('takes the next place if somebody else was faster', async () => {
  meanwhile = () => put('inbox/0', say('faster'));
  const answer = deliver(context, say('slower'));
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(kept.get('inbox/1')).toEqual(say('slower'));
  put('answer/0', 'duplicate');
  put('answer/1', 'sent');
  expect(await answer).toBe('sent');
});

it('begins to look where the run is', async () => {
  inbox = 3;
  void deliver(context, say('a'));
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect([...kept.keys()]).toEqual(['inbox/3']);
});

it('keeps nothing for a run that has ended, and waits for no answer of one that ends meanwhile', async () => {
  const answer = deliver(context, say('a'));
  await new Promise((resolve) => setTimeout(resolve, 5));
  put('ended', { status: 'completed', outcome: '1', at: 1 });
  expect(await answer).toBe('ended');
  expect(await deliver(context, say('b'))).toBe('ended');
  expect(await deliver(context, { verb: 'reopen', at: 1 })).toBe(false);
  expect([...kept.keys()]).toEqual(['inbox/0', 'ended']);
});
