import { nextSteps, type Caller } from '../../cli/next-steps.js';
import type { Doubt } from '../../flow/doubts.js';
import type { RunDetails, RunStanding, RunView } from '../../flow/run-view.js';
import type { Audit } from '../../lineage/index.js';
import type { DoubtCard, RunLine, RunPage } from '../contract.js';
import { viewSaid, viewApproval, type Beholder } from './view-approval.js';
import { viewTimeline } from './view-timeline.js';
import { errorWords, maybeMoment, moment, shownValue } from './view-value.js';

/** The workflow whose runs are requests to the planner. */
export const requestWorkflow = 'planner-request';

/** A run in a list. */
export function viewRunLine(run: RunView, standing: RunStanding): RunLine {
  const { id, workflow, version, status, claims, error } = run;
  return {
    id,
    workflow,
    version,
    status,
    createdAt: moment(run.createdAt),
    updatedAt: moment(run.updatedAt),
    wakeAt: maybeMoment(run.wakeAt),
    claims,
    costUsd: standing.costUsd,
    error: error === undefined ? null : errorWords(error),
    waitsFor: waitsFor(run, standing),
  };
}

function waitsFor({ wakeAt }: RunView, { approvals, doubts, waits }: RunStanding): string | null {
  const words = [
    ...doubts.map(({ method }) => `a word on whether ${method} has happened`),
    ...approvals.map(({ method }) => `a decision on ${method}`),
    ...waits.map(({ name }) => (name === 'sleep' ? 'time' : name.replace(':', ' '))),
  ];
  if (words.length === 0) return wakeAt ? 'time' : null;
  return words.length <= 3 ? words.join(', ') : `${words.slice(0, 3).join(', ')} and ${words.length - 3} more`;
}

/** Everything about one run. */
export function viewRun(run: RunDetails, standing: RunStanding, audit: Audit, beholder: Beholder, caller: Caller): RunPage {
  const modelCalls = new Map(audit.decisions.filter((it) => it.modelCalls.length > 0).map((it) => [it.call, it.modelCalls]));
  return {
    ...viewRunLine(run, standing),
    input: shownValue(run.input),
    output: shownValue(run.output),
    deadlineAt: maybeMoment(run.deadlineAt),
    parent: run.parent ?? null,
    children: run.children,
    queue: run.queue ?? null,
    attributes: run.attributes,
    timeline: viewTimeline(run, modelCalls),
    resumptions: run.resumptions.map(({ at, ...rest }) => ({ ...rest, at: moment(at) })),
    approvals: run.approvals.map((approval) => viewApproval(approval, viewSaid(approval.call, run, audit), beholder)),
    doubts: standing.doubts.map((effect) => viewDoubt({ ...effect, runId: run.id, workflow: run.workflow })),
    signals: run.signals.map(({ name, state, payload, sentAt }) => ({ name, state, payload: shownValue(payload), sentAt: moment(sentAt) })),
    hasLineage: audit.decisions.length > 0,
    hasTrace: run.workflow === requestWorkflow,
    next: nextSteps(run, caller),
  };
}

/** An effect in doubt. */
export function viewDoubt({ runId, workflow, call, method, key, intendedAt }: Doubt): DoubtCard {
  return { run: runId, workflow, call, method, key, intendedAt: moment(intendedAt) };
}
