import { Hono } from 'hono';
import type { Context } from 'hono';
import { endedStatuses, type RunStatus } from '../../store/index.js';
import type { ApprovalView } from '../../flow/approval-view.js';
import type { ApprovalCard, RunList, RunPage } from '../contract.js';
import { OverviewReader } from './overview-reader.js';
import { listTraces, traceOf } from './list-traces.js';
import { bodies, readBody } from './read-body.js';
import { UiError } from './ui-error.js';
import type { Asked, UiEnv, UiParts } from './ui-parts.js';
import { viewSaid, viewApproval, type Beholder, type Said } from './view-approval.js';
import { viewLineage } from './view-lineage.js';
import { viewDoubt, viewRun, viewRunLine } from './view-run.js';
import { viewSpend } from './view-spend.js';

const statuses: readonly string[] = ['pending', 'running', 'waiting', 'in_doubt', ...endedStatuses] satisfies RunStatus[];

/** The data of the page, and what may be done to it. Sessions have been checked. */
export function apiRoutes(parts: UiParts): Hono<UiEnv> {
  const { flow, changes, reports, caller } = parts;
  const overview = new OverviewReader(flow, changes, caller);
  const api = new Hono<UiEnv>();

  api.get('/overview', (context) => context.json(overview.read()));
  api.get('/events', (context) => {
    const body = changes.stream();
    if (!body) throw new UiError(503, 'DF_UI_REQUEST', 'too many pages are open');
    return context.body(body, 200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  });

  api.get('/runs', (context) => context.json(listRuns(context, parts)));
  api.get('/runs/:id', (context) => context.json(runPage(context, parts)));
  api.get('/runs/:id/lineage', (context) => context.json(viewLineage(flow.audit(context.req.param('id')))));
  api.get('/approvals', (context) => context.json(listApprovals(context, parts)));
  api.get('/doubts', (context) => context.json(flow.doubts().map(viewDoubt)));
  api.get('/spend', (context) => context.json(viewSpend(flow.spend())));
  api.get('/traces', (context) => context.json(listTraces(flow, context.req.query('before'))));
  api.get('/traces/:id', (context) => context.json(traceOf(flow, context.req.param('id'))));
  api.get('/reports', (context) => context.json(reports.list()));

  // Below, something is changed.
  api.use(async (context, next) => {
    if (context.req.method !== 'GET' && !parts.about.canDecide)
      throw new UiError(403, 'DF_UI_READ_ONLY', 'this page was started to look only');
    await next();
  });
  api.post('/approvals/:id/approve', async (context) => {
    const { digest, reason } = await readBody(context, bodies.approve);
    const id = approvalId(context);
    await flow.approve(id, { by: context.get('session').decider, digest, ...(reason && { reason }) });
    return context.json(approvalCard(flow.approval(id), context, parts));
  });
  api.post('/approvals/:id/reject', async (context) => {
    const { digest, reason } = await readBody(context, bodies.reject);
    const id = approvalId(context);
    await flow.reject(id, { by: context.get('session').decider, digest, reason });
    return context.json(approvalCard(flow.approval(id), context, parts));
  });
  api.post('/runs/:id/effects/:call', async (context) => {
    const { happened, value, intendedAt } = await readBody(context, bodies.resolve);
    const call = wholeNumber(context.req.param('call'), 'call');
    const by = context.get('session').decider;
    const word = { happened, by, ...(happened && { value }), ...(intendedAt !== undefined && { intendedAt: new Date(intendedAt) }) };
    await flow.resolve(context.req.param('id'), call, word);
    const { state, resolvedBy } = flow.show(context.req.param('id')).effects.find((it) => it.call === call)!;
    return context.json({ effect: { state, resolvedBy: resolvedBy ?? null } });
  });
  api.post('/runs/:id/cancel', async (context) => {
    const { reason } = await readBody(context, bodies.cancel);
    await flow.cancel(context.req.param('id'), `${reason} (${context.get('session').decider})`);
    return context.json(runPage(context, parts));
  });
  api.post('/runs/:id/signal', async (context) => {
    const { name, payload } = await readBody(context, bodies.signal);
    await flow.signal(context.req.param('id'), name, payload);
    return context.json(runPage(context, parts));
  });
  return api;
}

function listRuns(context: Context, { flow }: UiParts): RunList {
  const { workflow, search, before } = context.req.query();
  const status = context.req.queries('status') ?? [];
  const unknown = status.find((it) => !statuses.includes(it));
  if (unknown !== undefined) throw new UiError(400, 'DF_UI_REQUEST', `there is no status "${unknown}"`);
  const limit = limitOf(context, 50, 200);
  const runs = flow.runs({
    status: status.length > 0 ? (status as RunStatus[]) : undefined,
    workflow: workflow || undefined,
    search: search || undefined,
    before: before || undefined,
    limit: limit + 1,
  });
  const shown = runs.slice(0, limit);
  return { runs: shown.map((run) => viewRunLine(run, flow.standing(run.id))), next: runs.length > limit ? shown.at(-1)!.id : null };
}

function runPage(context: Context, parts: UiParts): RunPage {
  const { flow, caller } = parts;
  const id = context.req.param('id')!;
  return viewRun(flow.show(id), flow.standing(id), flow.audit(id), beholderOf(context, parts), caller);
}

function listApprovals(context: Asked, parts: UiParts): ApprovalCard[] {
  const { flow } = parts;
  const limit = limitOf(context, 100, 500);
  const isAll = context.req.query('all') === '1';
  const found = flow.approvals({ open: !isAll });
  const shown = isAll ? found.slice(-limit).toReversed() : found.slice(0, limit);
  return shown.map((approval) => approvalCard(approval, context, parts));
}

function approvalCard(approval: ApprovalView, context: Asked, parts: UiParts): ApprovalCard {
  const { flow } = parts;
  const { runId, call } = approval;
  // A model can have spoken only if an earlier call has asked one.
  const said: Said = call === 0 ? [] : viewSaid(call, flow.show(runId), flow.audit(runId));
  return viewApproval(approval, said, beholderOf(context, parts));
}

const beholderOf = (context: Asked, { about }: UiParts): Beholder => ({
  decider: context.get('session').decider,
  canDecide: about.canDecide,
  now: new Date(),
});

const approvalId = (context: Context) => wholeNumber(context.req.param('id')!, 'approval');

const limitOf = (context: Context, usual: number, most: number) =>
  Math.max(1, Math.min(most, wholeNumber(context.req.query('limit') ?? String(usual), 'limit')));

function wholeNumber(text: string, what: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UiError(400, 'DF_UI_REQUEST', `"${text}" is no ${what}`);
}
