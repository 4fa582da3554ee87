import type { Meter } from '@opentelemetry/api';
import { genAiProvider } from '../lineage/gen-ai-provider.js';
import type { TelemetryEvent } from '../telemetry/index.js';
import { inputTokensOf, type ModelEvent } from './model-attributes.js';

/** From a moment to a week, in seconds. */
const spans = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 21_600, 86_400, 604_800];
const tokenCounts = [1, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576];

/** Events as counts and durations. Nothing here is known by its run, so that there are only as many series as there is code. */
export class RunMetrics {
  readonly #instruments: ReturnType<typeof instrumentsOf>;
  /** The workflows of the runs that this process has in memory. */
  readonly #active = new Map<string, string>();

  constructor(meter: Meter) {
    this.#instruments = instrumentsOf(meter);
  }

  take(event: TelemetryEvent): void {
    const it = this.#instruments;
    const workflow = { 'durableflow.workflow': event.workflow ?? '' };
    switch (event.event) {
      case 'run.started':
      case 'schedule.fired':
        return it.started.add(1, workflow);
      case 'run.claimed':
        if (event.lostAt !== undefined) it.lost.add(1, workflow);
        if (event.dueAt !== undefined) it.lag.record(Math.max(0, event.time - event.dueAt) / 1000, workflow);
        return this.#enter(event.run!, event.workflow!);
      case 'run.ended': {
        const ended = { ...workflow, 'durableflow.status': event.status };
        it.ended.add(1, ended);
        it.duration.record(event.durationMs / 1000, ended);
        return this.#leave(event.run!);
      }
      case 'run.parked':
      case 'run.released':
      case 'run.fenced':
      case 'run.stalled':
        return this.#leave(event.run!);
      case 'step.recorded': {
        if (event.attempts === 0) return;
        const call = { ...workflow, 'durableflow.method': event.method, 'durableflow.outcome': event.outcome };
        return it.calls.record(event.durationMs / 1000, call);
      }
      case 'attempt.failed':
        return it.failures.add(1, { ...methodOf(event), 'durableflow.retried': event.retryInMs !== undefined });
      case 'wait.ended':
        return it.waits.record((event.until - event.since) / 1000, { ...workflow, 'durableflow.wait.kind': event.kind });
      case 'approval.decided':
        return it.decisions.add(1, { ...methodOf(event), 'durableflow.approval.verdict': event.verdict });
      case 'effect.in_doubt':
        return it.doubts.add(1, methodOf(event));
      case 'model.attempt':
        return this.#model(event);
    }
  }

  #model(event: ModelEvent): void {
    const { provider, model, answeredBy, outcome, durationMs, outputTokens, costUsd } = event;
    const asked = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': genAiProvider(provider),
      'gen_ai.request.model': model,
      ...(answeredBy !== undefined && { 'gen_ai.response.model': answeredBy }),
    };
    const it = this.#instruments;
    it.modelDuration.record(durationMs / 1000, outcome === 'answered' ? asked : { ...asked, 'error.type': outcome });
    const input = inputTokensOf(event);
    if (input !== undefined) it.modelTokens.record(input, { ...asked, 'gen_ai.token.type': 'input' });
    if (outputTokens !== undefined) it.modelTokens.record(outputTokens, { ...asked, 'gen_ai.token.type': 'output' });
    if (costUsd !== undefined) it.modelCost.add(costUsd, { ...methodOf(event), ...asked });
  }

  #enter(run: string, workflow: string): void {
    if (this.#active.has(run)) return;
    this.#active.set(run, workflow);
    this.#instruments.active.add(1, { 'durableflow.workflow': workflow });
  }

  #leave(run: string): void {
    const workflow = this.#active.get(run);
    if (workflow === undefined) return;
    this.#active.delete(run);
    this.#instruments.active.add(-1, { 'durableflow.workflow': workflow });
  }
}

const methodOf = ({ workflow = '', method }: { readonly workflow?: string; readonly method: string }) => ({
  'durableflow.workflow': workflow,
  'durableflow.method': method,
});

function instrumentsOf(meter: Meter) {
  const seconds = (name: string, description: string) =>
    meter.createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries: spans } });
  const counter = (name: string, unit: string, description: string) => meter.createCounter(name, { unit, description });
  return {
    started: counter('durableflow.runs.started', '{run}', 'Runs that were put on disk by this process.'),
    ended: counter('durableflow.runs.ended', '{run}', 'Runs that ended in this process, by status.'),
    lost: counter('durableflow.runs.lost', '{run}', 'Runs taken over here from a process that never gave them back.'),
    active: meter.createUpDownCounter('durableflow.runs.active', { unit: '{run}', description: 'Runs in the memory of this process.' }),
    duration: seconds('durableflow.run.duration', 'From the start of a run to its end.'),
    lag: seconds('durableflow.run.lag', 'From the moment at which a run could go on until a process took it up.'),
    calls: seconds('durableflow.call.duration', 'Durable calls that were executed here, retries included.'),
    failures: counter('durableflow.attempts.failed', '{attempt}', 'Bodies that failed, and whether they are tried again.'),
    waits: seconds('durableflow.wait.duration', 'How long calls waited for a time, a person, a message or another run.'),
    decisions: counter('durableflow.approvals.decided', '{approval}', 'Decisions on gates that runs have seen, by verdict.'),
    doubts: counter('durableflow.effects.in_doubt', '{effect}', 'Times that nobody knew whether an effect had happened.'),
    modelDuration: seconds('gen_ai.client.operation.duration', 'Attempts at models.'),
    modelTokens: meter.createHistogram('gen_ai.client.token.usage', {
      unit: '{token}',
      description: 'Tokens of attempts at models.',
      advice: { explicitBucketBoundaries: tokenCounts },
    }),
    modelCost: counter('durableflow.model.cost', '{USD}', 'What attempts at models have cost, where it is known.'),
  };
}
