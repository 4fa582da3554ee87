import { existsSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import type { DurableFlow } from '../../sdk/durable-flow.js';
import { DurableFlowError } from '../../sdk/errors/index.js';
import type { History } from '../../sdk/store/index.js';
import type { TrialRecordPlace } from '../engine/trial-engine.js';
import type { Gate, TelemetryLine, TrialRecord } from './observation.js';

/** What the engine has on record about a trial's run. Undefined if it never came to a run. */
export async function readRecord(
  place: TrialRecordPlace,
  telemetryFiles: readonly string[],
): Promise<{ readonly record: Omit<TrialRecord, 'finishedAtKill'>; readonly gates: Gate[] } | undefined> {
  const { runId } = place;
  const flow = await place.open();
  if (!flow) return undefined;
  try {
    if (!hasRun(flow, runId)) return undefined;
    const run = flow.show(runId);
    const written = telemetryFiles.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : ''));
    return {
      gates: run.approvals.map(({ method, args, digest, verdict, edited }) => ({ method, args: edited ?? args, digest, verdict })),
      record: {
        status: run.status,
        error:
          run.error === undefined ? undefined : run.error instanceof Error ? `${run.error.name}: ${run.error.message}` : inspect(run.error),
        output: run.output,
        history: asDeclared(flow.exportHistory(runId), place),
        steps: run.steps.map(({ call, method, outcome, attempts }) => ({ call, method, outcome, attempts })),
        effects: run.effects.map(({ call, method, key, state }) => ({ call, method, key, state })),
        modelCalls: flow
          .audit(runId)
          .decisions.flatMap(({ modelCalls }) =>
            modelCalls.map(({ target, usage, costUsd }) => ({ target, inputTokens: usage?.inputTokens, costUsd })),
          ),
        events: written.flatMap((text, i) => text.split('\n').flatMap((line) => parsed(line, i + 1))),
        telemetry: written.join(''),
      },
    };
  } finally {
    await flow.close();
  }
}

/** Under the name that the class has where it was written, so that it can be replayed there. */
const asDeclared = (history: History, { declaredName }: TrialRecordPlace): History => ({
  ...history,
  run: { ...history.run, workflow: declaredName(history.run.workflow) },
});

function hasRun(flow: DurableFlow, runId: string): boolean {
  try {
    flow.run(runId);
    return true;
  } catch (error) {
    if (error instanceof DurableFlowError && error.code === 'DF_UNKNOWN_RUN') return false;
    throw error;
  }
}

/** A killed process may leave half a line. */
function parsed(line: string, life: number): TelemetryLine[] {
  try {
    return [{ ...(JSON.parse(line) as TelemetryLine), life }];
  } catch {
    return [];
  }
}
