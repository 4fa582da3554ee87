import type { DurableFlow } from '../../durable-flow.js';
import { requestRecord } from '../../planner/execution/request-record.js';
import { makeTrace } from '../../planner/trace/make-trace.js';
import type { TraceList, TracePage } from '../contract.js';
import { requestWorkflow } from './view-run.js';
import { moment } from './view-value.js';

const perPage = 25;

/** Requests to the planner, newest first. */
export function listTraces(flow: DurableFlow, before: string | undefined): TraceList {
  const runs = flow.runs({ workflow: requestWorkflow, before, limit: perPage + 1 });
  const shown = runs.slice(0, perPage);
  return {
    traces: shown.map(({ id, createdAt }) => {
      const { state, headline, totals } = traceOf(flow, id);
      return { id, at: moment(createdAt), state, headline, costUsd: totals.costUsd };
    }),
    next: runs.length > perPage ? shown.at(-1)!.id : null,
  };
}

/** Why a request was answered as it was. Throws `DF_PLAN_UNKNOWN`. */
export function traceOf(flow: DurableFlow, id: string): TracePage {
  return makeTrace(id, requestRecord(flow, id));
}
