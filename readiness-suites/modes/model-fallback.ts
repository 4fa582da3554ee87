import { endedCleanly, harmless, times, workIsDone } from '../judgement.js';
import { fail, firstFailure, pass, type Finding, type Mode, type Variant } from '../mode.js';
import type { Scene } from '../scene.js';
import { withinMoney } from '../spending.js';
import type { Observation } from '../trial/observation.js';
import { patienceOf } from '../trial/life.js';
import type { ModelFault, Prompt } from '../world/fault.js';

/** For each question of the fault-free run, models may be asked so often: two targets, twice each, and once more. */
export const attemptsPerQuestion = 5;

/** The model that is asked first fails; there is another one. */
export const modelFallback: Mode = {
  id: 'model_fallback',
  title: 'model fallback',
  category: 'reliability',
  weight: 3,
  variants(scene) {
    const { naked, durable } = scene.control;
    const { prompts } = durable;
    // On a busy machine a router may have gone to its second model for no other reason.
    const first = naked.prompts[0] ?? prompts[0];
    if (!first) return { none: 'no model was asked' };
    const failing = (form: Form) => variant(scene, first.target, form);
    return [
      ...down.map(failing),
      ...(first.stream ? [] : garbled).map(failing),
      ...(first.stream ? brokenStreams : [brokenBody]).map(failing),
      failing(wrongRequest),
      ...(prompts.length > 1 ? [failing(inMidRun)] : []),
    ];
  },
};

/** One way in which the first model fails. */
interface Form {
  readonly id: string;
  /** What it does. */
  readonly title: string;
  readonly fault: ModelFault;
  /** The prompts that it fails at; all of them if absent. */
  readonly at?: (nth: number) => boolean;
  /** What is demanded: that another model does the work, that any does, or that nobody tries again. */
  readonly demand: 'fallback' | 'work' | 'stop';
  /** The same question may not be put to it again. */
  readonly neverAgain?: boolean;
  readonly slow?: boolean;
}

const status = (code: number, type: string, message: string, headers?: Readonly<Record<string, string>>): ModelFault => ({
  kind: 'status',
  status: code,
  type,
  message,
  ...(headers && { headers }),
  label: String(code),
});

const nonsense = (contentType: string, body: string, label: string): ModelFault => ({ kind: 'nonsense', contentType, body, label });

const down: readonly Form[] = [
  {
    id: '429-retry-after',
    title: 'answers 429 and asks to be left alone for 20 s',
    fault: status(429, 'rate_limit_error', 'Rate limit reached', { 'retry-after': '20' }),
    demand: 'fallback',
  },
  {
    id: '429',
    title: 'answers 429 and does not say for how long',
    fault: status(429, 'rate_limit_error', 'Rate limit reached'),
    demand: 'fallback',
  },
  {
    id: 'spend-cap',
    title: 'answers 429 because the money is used up',
    fault: status(429, 'insufficient_quota', 'You exceeded your current quota, please check your plan and billing details.'),
    demand: 'fallback',
    neverAgain: true,
  },
  { id: '529', title: 'answers 529, overloaded', fault: status(529, 'overloaded_error', 'Overloaded'), demand: 'fallback' },
  { id: 'silence', title: 'never answers', fault: { kind: 'silence', label: 'never answered' }, demand: 'fallback', slow: true },
  {
    id: 'html',
    title: 'answers with an HTML page and status 200',
    fault: nonsense('text/html', '<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>', 'answered with an HTML page'),
    demand: 'fallback',
  },
  {
    id: 'other-json',
    title: 'answers with JSON of another shape',
    fault: nonsense('application/json', '{"status":"ok","data":{"items":[],"page":1}}', 'answered with JSON of another shape'),
    demand: 'fallback',
  },
];

const garbled: readonly Form[] = [
  {
    id: 'truncated-json',
    title: 'answers with JSON that ends in the middle',
    fault: nonsense(
      'application/json',
      '{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"mess',
      'answered with half of its JSON',
    ),
    demand: 'fallback',
  },
];

const brokenBody: Form = {
  id: 'cut-body',
  title: 'breaks off in the middle of its answer',
  fault: { kind: 'broken', by: 'cut', label: 'broke off' },
  demand: 'fallback',
};

/** What a reader has got of a stream can not be taken back, so that it is the caller who begins again. */
const brokenStreams: readonly Form[] = [
  {
    id: 'cut-stream',
    title: 'breaks off in mid-stream, once',
    fault: { kind: 'broken', by: 'cut', label: 'broke off in mid-stream' },
    at: (nth) => nth === 1,
    demand: 'work',
  },
  {
    id: 'error-event',
    title: 'sends an error in mid-stream after HTTP 200, once',
    fault: { kind: 'broken', by: 'error_event', label: 'sent an error in mid-stream' },
    at: (nth) => nth === 1,
    demand: 'work',
  },
];

const wrongRequest: Form = {
  id: '400',
  title: 'refuses the request as invalid',
  fault: status(400, 'invalid_request_error', 'messages: unexpected role'),
  demand: 'stop',
  neverAgain: true,
};

const inMidRun: Form = {
  id: 'in-mid-run',
  title: 'answers once and is down from then on',
  fault: status(503, 'overloaded_error', 'Service unavailable'),
  at: (nth) => nth > 1,
  demand: 'fallback',
};

function variant(scene: Scene, target: string, form: Form): Variant {
  const { id, title, fault, at = () => true, demand, neverAgain = false, slow = false } = form;
  const description = `the ${target} model ${title}`;
  return {
    id,
    title: description,
    waits: slow,
    plan: () => ({
      fault: { description, model: (prompt: Prompt) => (prompt.target === target && at(prompt.nth) ? fault : undefined) },
      // Somebody has to wait for a while before it can be called silence; that is not the work's time.
      ...(slow && {
        patienceMs: patienceOf(scene.ground),
        deadlineMs: scene.ground.deadlineMs + attemptsPerQuestion * patienceOf(scene.ground),
      }),
    }),
    judge: (seen) =>
      firstFailure(
        harmless(seen, scene),
        endedCleanly(seen),
        neverAgain ? notAgain(seen, scene, target, title) : undefined,
        demand === 'stop' ? notPassedOn(seen, target) : undefined,
        bounded(seen, scene),
        withinMoney(seen, scene),
        ...(demand === 'stop' ? [] : [demand === 'fallback' ? askedAnother(seen, target) : undefined, workIsDone(seen, scene)]),
        allOnRecord(seen),
        pass(demand === 'stop' ? 'it gave up, since no model could have answered that' : 'the work was done'),
      ),
  };
}

function askedAnother({ prompts }: Observation, target: string): Finding {
  return prompts.some((it) => it.target !== target) ? pass('another model was asked') : fail(`no model but ${target} was asked`);
}

/** A request that is wrong is wrong everywhere; to send it on hides the mistake and costs twice. */
function notPassedOn({ prompts }: Observation, target: string): Finding {
  const other = prompts.find((it) => it.target !== target);
  return other ? fail(`sent a request that was refused as invalid on to the ${other.target} model`) : pass('the request was not sent on');
}

function notAgain(seen: Observation, scene: Scene, target: string, title: string): Finding {
  const most = Math.max(1, mostAlike(scene.control[seen.arm], target));
  const asked = mostAlike(seen, target);
  return asked > most
    ? fail(`put the same question ${times(asked)} to the ${target} model, which ${title}`)
    : pass('no question was put to it again');
}

/** How often the most frequent prompt was sent. */
function mostAlike({ prompts }: Observation, target: string): number {
  const counts = new Map<string, number>();
  for (const it of prompts) if (it.target === target) counts.set(it.text, (counts.get(it.text) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

function bounded({ prompts }: Observation, scene: Scene): Finding {
  const most = attemptsPerQuestion * Math.max(1, scene.control.durable.prompts.length);
  return prompts.length > most
    ? fail(`asked its models ${times(prompts.length)}; ${most} times would be the most for this work`)
    : pass('it did not ask too often');
}

/** Each attempt costs, and has to be on record even if nothing came of it. The naked arm keeps no record that could be asked. */
function allOnRecord({ prompts, record }: Observation): Finding {
  if (!record) return pass('there is no record of attempts');
  const told = record.events.filter(({ event }) => event === 'model.attempt').length;
  return told < prompts.length
    ? fail(`asked its models ${times(prompts.length)}, and its telemetry counts ${told}`)
    : pass('every attempt was counted');
}
