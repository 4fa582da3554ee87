import { describe, expect, it } from 'vitest';
import { observabilityOf } from '../../readiness-suites/observability.js';
import { reconstruct } from '../../readiness-suites/reconstruction.js';
import type { TelemetryLine, TrialRecord } from '../../readiness-suites/trial/observation.js';
import { call, prompt, refund, seen } from './hand-made.js';

let time = 0;
const event = (name: string, fields: object = {}, life = 1): TelemetryLine => ({ time: time++, event: name, life, ...fields });
const attempt = (method: string, at: number, life = 1) => event('attempt.started', { method, call: at }, life);
const recorded = (method: string, at: number, life = 1) => event('step.recorded', { method, call: at }, life);

function record(over: Partial<TrialRecord> = {}): TrialRecord {
  return {
    status: 'completed',
    error: undefined,
    steps: [],
    effects: [{ call: 2, method: 'refund', key: 'k', state: 'done' }],
    modelCalls: [{ target: 'primary', inputTokens: 8, costUsd: 0.001 }],
    finishedAtKill: [],
    events: [
      event('run.claimed'),
      ...[attempt('findCustomer', 0), recorded('findCustomer', 0)],
      ...[attempt('decide', 1), event('model.attempt', { target: 'primary', inputTokens: 8, costUsd: 0.001, method: 'decide' }), recorded('decide', 1)],
      ...[attempt('refund', 2), recorded('refund', 2)],
      event('run.ended'),
    ],
    telemetry: '',
    ...over,
  };
} // prettier-ignore

const whole = { tools: [call(), refund()], prompts: [prompt('12345678')] };
const untold = (over: Parameters<typeof seen>[0]) => observabilityOf(seen({ ...whole, ...over })).missing;

describe('observability', () => {
  it('is whole where the record tells all that the world has seen', () => {
    expect(observabilityOf(seen({ ...whole, record: record() }))).toEqual({ share: 1, missing: [] });
  });

  it.each([
    ['an effect', { effects: [] }, ['crm.refund("c-7", 1200) is in no record']],
    ['an effect that never was', { effects: [...record().effects, { call: 3, method: 'reply', key: 'r', state: 'done' }] }, ['the record tells of reply, which never happened']],
    ['the end', { status: 'failed' }, ['how it ended is in no record']],
    ['the tokens of a prompt', { modelCalls: [], events: record().events.map((it) => (it.event === 'model.attempt' ? { ...it, inputTokens: 5 } : it)) }, ['what prompt 1, to primary, cost is not what the record says']],
    ['a prompt', { modelCalls: [], events: record().events.filter((it) => it.event !== 'model.attempt') }, ['prompt 1, to primary, is in no record']],
    ['an attempt', { events: record().events.filter(({ method }) => method !== 'findCustomer') }, ['that findCustomer was tried is in no record']],
  ] as const)('notices when %s is told wrongly or not at all', (_what, over, missing) => {
    expect(untold({ record: record(over) })).toEqual(missing);
  }); // prettier-ignore

  it('knows a model by its name where nobody routes its client', () => {
    const modelCalls = [{ target: 'readiness-primary', inputTokens: 8, costUsd: 0.001 }];
    const events = record().events.filter(({ event }) => event !== 'model.attempt');
    expect(untold({ record: record({ modelCalls, events }) })).toEqual([]);
    expect(untold({ record: record({ modelCalls: [{ ...modelCalls[0]!, target: 'another' }], events }) })).toEqual([
      'prompt 1, to primary, is in no record',
    ]);
  });

  it('takes an answer that is not the right one for an answer', () => {
    expect(untold({ prompts: [prompt('12345678', { outcome: 'answered, and asked for more' })], record: record() })).toEqual([]);
    expect(untold({ prompts: [prompt('12345678', { outcome: '529', isAnswered: false })], record: record() })).toEqual([
      'prompt 1, to primary, is in no record',
    ]);
  });

  it('sees the death of a process: the next one takes over what nobody has given back', () => {
    const lives = [{ exit: 'SIGKILL', durationMs: 1, killedAt: 'crm.refund' }, { exit: 0, durationMs: 1, killedAt: undefined }];
    expect(untold({ lives, record: record() })).toEqual(['that its process was killed once is in no record']);
    const events = [event('run.claimed'), ...record().events.map((it) => ({ ...it, time: time++ }))];
    expect(reconstruct(record({ events })).deaths).toBe(1);
    expect(untold({ lives, record: record({ events }) })).toEqual([]);
    const parked = [event('run.claimed'), event('run.parked'), ...record().events.map((it) => ({ ...it, time: time++ }))];
    expect(reconstruct(record({ events: parked })).deaths).toBe(0);
  }); // prettier-ignore

  it('takes the attempt of a method for the prompt whose process has died', () => {
    const { events } = record();
    const cut = [event('run.claimed'), attempt('decide', 1), ...events.map((it) => ({ ...it, life: 2, time: time++ }))];
    const prompts = [prompt('12345678'), prompt('12345678', { life: 2 })];
    expect(untold({ prompts, record: record({ events: cut }) })).toEqual([]);
  });

  it('goes by the exit and the output where there is no engine', () => {
    const naked = observabilityOf(seen({ ...whole, arm: 'naked' }));
    expect(naked.share).toBeCloseTo(1 / 3);
    expect(naked.missing).toEqual(['crm.refund("c-7", 1200) is in no record', 'prompt 1, to primary, is in no record']);
    expect(observabilityOf(seen({ ...whole, arm: 'naked', output: 'refund of 1200 made' })).share).toBeCloseTo(2 / 3);
  });
});
