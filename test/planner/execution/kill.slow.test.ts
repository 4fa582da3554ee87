import type { PlanTrace } from 'durableflow/planner';
import { describe, expect, it } from 'vitest';
import { Child } from '../../crash/child.js';
import { describePoint, killPoints, type KillPoint } from '../../crash/kill-point.js';
import { inPairs } from '../../crash/scenario.js';
import { tempFolder } from '../../fixtures/temp-folder.js';
import { openAiWire } from '../../models/fixtures/open-ai-stub.js';
import { StubServer, type StubReply } from '../../models/fixtures/stub-server.js';
import type { KillOrders } from './kill-worker.js';

const patience = 600_000;
const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
const { delta, stream, done, completion } = openAiWire;

/** What a request leaves behind that was killed once and gone on with. */
interface Aftermath {
  readonly status: string;
  readonly trace: PlanTrace | undefined;
  readonly committed: number;
  readonly asked: { readonly small: number; readonly large: number };
  readonly writes: readonly string[];
  /** The worst cases that are planned with, in micro-dollars. */
  readonly worst: Readonly<Record<string, number>>;
}

const micros = (usd: number) => Math.round(usd * 1e6);
const worker = 'test/planner/execution/kill-worker.ts';

/** Sends the request in a process that dies at this point, or when the stub says so; another process goes on. */
async function killedAt(streamed: boolean, small: StubReply, large: StubReply, killPoint?: KillPoint): Promise<Aftermath> {
  const db = `${tempFolder()}/planner.db`;
  await using first = await StubServer.start(small);
  await using second = await StubServer.start(large);
  const orders: KillOrders = { db, small: first.url, large: second.url, streamed, sends: true };
  const child = await Child.start({ ...orders, ...(killPoint && { killPoint }) }, worker);
  victims.push(child.pid);
  const signal = await child.ended();
  const last = signal ? await Child.start({ ...orders, sends: false }, worker) : child;
  const report = await last.report();
  const { status, output } = report.runs[0]!;
  const { trace, committedUsd, worst } = output as { trace?: PlanTrace; committedUsd: number; worst: Record<string, number> };
  const asked = { small: first.requests.length, large: second.requests.length };
  return { status, trace, committed: micros(committedUsd), asked, writes: report.writes, worst };
}

const victims: number[] = [];
/** Answers, but kills who asks before the answer is there. */
const killing: StubReply = () => void process.kill(victims.at(-1)!, 'SIGKILL');

/** What no kill may ever lead to. */
function violations({ status, trace, committed, asked }: Aftermath, cost: Readonly<Record<string, number>>): string[] {
  const found: string[] = [];
  if (status === 'unknown') return committed === 0 && asked.small + asked.large === 0 ? [] : ['money or requests without a record'];
  const attempts = trace!.escalation;
  const of = (target: string) => attempts.filter((it) => it.target === `the ${target} model`);
  for (const target of ['small', 'large'] as const) {
    const interrupted = of(target).filter(({ outcome }) => outcome === 'interrupted').length;
    const finished = of(target).length - interrupted;
    if (finished > 1) found.push(`${target} was paid ${finished} times`);
    if (asked[target] < finished) found.push(`${target} has more attempts than requests`);
    if (asked[target] > finished + interrupted) found.push(`${target} got ${asked[target]} requests for ${of(target).length} attempts`);
    for (const { outcome, chargedUsd } of of(target)) {
      const due = outcome === 'interrupted' ? cost[`worst ${target}`]! : cost[target]!;
      if (micros(chargedUsd) !== due) found.push(`${target} (${outcome}) was charged ${micros(chargedUsd)}, not ${due}`);
    }
  }
  const charged = attempts.reduce((sum, { chargedUsd }) => sum + micros(chargedUsd), 0);
  if (committed !== charged) found.push(`${committed} is committed, ${charged} was charged`);
  if (attempts.filter(({ outcome }) => outcome === 'interrupted').length > 1) found.push('one kill interrupted two attempts');
  return found;
}

describe('SIGKILL in the middle of a request', () => {
  const small = completion({ message: { content: 'no JSON' }, usage });
  const large = completion({ message: { content: '{}' }, usage });

  it('at each write: it goes on at the next attempt, and nothing is paid twice', { timeout: patience }, async () => {
    const undisturbed = await killedAt(false, small, large);
    expect(undisturbed).toMatchObject({ status: 'answered', committed: 330, asked: { small: 1, large: 1 } });
    const cost = { small: 30, large: 300, ...undisturbed.worst };
    expect(undisturbed.writes).toEqual(['join', 'start', 'transact', 'transact', 'transact', 'finish', 'leave']);
    const points = killPoints(undisturbed.writes, [], 'before and after each write').filter(({ kind }) => kind === 'write');
    const aftermaths = await inPairs(points, async (point) => ({
      point: describePoint(point),
      ...(await killedAt(false, small, large, point)),
    }));
    const judged = aftermaths.map((it) => ({ point: it.point, status: it.status, found: violations(it, cost) }));
    expect(judged.filter(({ found }) => found.length > 0)).toEqual([]);
    // Before the request is on disk there is none; from the admission of its first attempt on, it comes to its answer.
    expect(judged.filter(({ status }) => status === 'answered').length).toBeGreaterThan(points.length / 2);
    const interrupted = aftermaths.filter(({ trace }) => trace?.escalation.some(({ outcome }) => outcome === 'interrupted'));
    expect(interrupted.length).toBeGreaterThanOrEqual(4);
  });

  it.each([
    { what: 'first', outcomes: ['interrupted', 'failed_check', 'passed_check'], asked: { small: 2, large: 1 } },
    { what: 'last', outcomes: ['failed_check', 'interrupted', 'passed_check'], asked: { small: 1, large: 2 } },
  ])('while its $what target works on it', { timeout: patience }, async ({ what, outcomes, asked }) => {
    let killed = false;
    const once =
      (then: StubReply): StubReply =>
      (...args) => {
        if (killed) return then(...args);
        killed = true;
        return killing(...args);
      };
    const [first, last] = what === 'first' ? [once(small), large] : [small, once(large)];
    const aftermath = await killedAt(false, first, last);
    expect(aftermath.trace!.escalation.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(aftermath.asked).toEqual(asked);
    expect(violations(aftermath, { small: 30, large: 300, ...aftermath.worst })).toEqual([]);
  });

  it('of a streamed one, at each write: nothing is asked elsewhere, and it is charged once', { timeout: patience }, async () => {
    const words = [delta({ role: 'assistant', content: '{' }), delta({ content: '}' }), delta({}, 'stop'), openAiWire.usage(usage), done];
    const undisturbed = await killedAt(true, stream(words), large);
    expect(undisturbed).toMatchObject({ status: 'answered', committed: 30, asked: { small: 1, large: 0 } });
    const cost = { small: 30, large: 300, ...undisturbed.worst };
    const points = killPoints(undisturbed.writes, [], 'before and after each write').filter(({ kind }) => kind === 'write');
    const aftermaths = await inPairs(points, async (point) => ({
      point: describePoint(point),
      ...(await killedAt(true, stream(words), large, point)),
    }));
    const judged = aftermaths.map((it) => ({ point: it.point, asked: it.asked, found: violations(it, cost) }));
    expect(judged.filter(({ found, asked }) => found.length > 0 || asked.small > 1 || asked.large > 0)).toEqual([]);
    expect(aftermaths.filter(({ status }) => status === 'abandoned').length).toBeGreaterThanOrEqual(4);
  });
});
