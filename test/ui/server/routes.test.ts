import { DurableFlow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import type {
  ApprovalCard,
  LineagePage,
  Overview,
  Refusal,
  RunList,
  RunPage,
  Session,
  Spend,
  TraceList,
} from '../../../sdk/ui/contract.js';
import { parked, servedUi, tokenOf } from './served-ui.js';

describe('a session', () => {
  it('is made of the token in the link, and says who decides', async () => {
    const { enter, file } = await servedUi();
    const visitor = await enter();
    expect(visitor.session).toMatchObject({ decider: 'ada', canDecide: true, signs: false, works: false, file: 'app.db' });
    expect(await visitor.json<Session>('/api/session')).toEqual(visitor.session);
    expect(JSON.stringify(visitor.session)).not.toContain(file);
  });

  it('has a cookie that no script reads and no other site sends', async () => {
    const { ui } = await servedUi();
    const opened = await fetch(`${ui.url}/api/session`, {
      method: 'POST',
      headers: { origin: ui.url, 'content-type': 'application/json' },
      body: JSON.stringify({ token: tokenOf(ui) }),
    });
    const { port } = new URL(ui.url);
    expect(opened.headers.get('set-cookie')).toMatch(new RegExp(`^durableflow_${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`));
  });
});

describe('runs', () => {
  it('are listed newest first, in pages, filtered and searched', async () => {
    const { flow, enter } = await servedUi();
    for (let n = 1; n <= 5; n++) await parked(flow, `order-${n}`, n);
    await flow.setAttributes('order-2', { customer: 'ada' });
    await flow.cancel('order-5', 'not wanted');
    const visitor = await enter();
    const ids = async (query: string) => {
      const { runs, next } = await visitor.json<RunList>(`/api/runs?${query}`);
      return { ids: runs.map(({ id }) => id), next };
    };
    expect(await ids('limit=2')).toEqual({ ids: ['order-5', 'order-4'], next: 'order-4' });
    expect(await ids('limit=2&before=order-4')).toEqual({ ids: ['order-3', 'order-2'], next: 'order-2' });
    expect(await ids('limit=2&before=order-2')).toEqual({ ids: ['order-1'], next: null });
    expect(await ids('status=cancelled&status=completed')).toEqual({ ids: ['order-5'], next: null });
    expect(await ids('search=ORDER-3')).toEqual({ ids: ['order-3'], next: null });
    expect(await ids('search=customer%3Dada')).toEqual({ ids: ['order-2'], next: null });
    expect(await ids('workflow=other')).toEqual({ ids: [], next: null });
    expect((await visitor.get('/api/runs?status=gone')).status).toBe(400);
  });

  it('say what they wait for and why they have ended', async () => {
    const { flow, enter } = await servedUi();
    await parked(flow, 'waits');
    await parked(flow, 'ended');
    await flow.cancel('ended', 'not wanted');
    const { runs } = await (await enter()).json<RunList>('/api/runs');
    expect(runs.map(({ id, waitsFor, error }) => [id, waitsFor, error?.code])).toEqual([
      ['ended', null, 'DF_CANCELLED'],
      ['waits', 'a decision on pay', undefined],
    ]);
  });
});

describe('one run', () => {
  it('has its timeline, with the open gate, what the model said, and who took it up again', async () => {
    const { flow, enter } = await servedUi();
    await parked(flow);
    const visitor = await enter();
    const page = await visitor.json<RunPage>('/api/runs/r-1');
    expect(page.timeline.map(({ method, kind, outcome, value }) => ({ method, kind, outcome, value }))).toEqual([
      { method: 'advise', kind: 'step', outcome: 'returned', value: 'Pay c-1.' },
      { method: 'pay', kind: 'approval', outcome: 'open', value: null },
    ]);
    expect(page.timeline[0]!.modelCalls).toHaveLength(1);
    expect(page.approvals[0]!.said).toEqual([{ call: 0, method: 'advise', model: 'scripted', value: 'Pay c-1.' }]);
    expect(page).toMatchObject({ hasLineage: true, hasTrace: false, resumptions: [] });
    await flow.approve(1, { by: 'ada' });
    await flow.run('r-1').result();
    const after = await visitor.json<RunPage>('/api/runs/r-1');
    expect(after.resumptions).toMatchObject([{ claim: 2, pid: process.pid }]);
    expect(after.timeline[1]).toMatchObject({ kind: 'effect', outcome: 'returned', effect: { key: 'c-1:500', state: 'done' } });
    expect(after.timeline[1]!.waits).toMatchObject([{ what: 'a decision' }]);
  });

  it('has a lineage; and there is none of a run that is unknown', async () => {
    const { flow, enter } = await servedUi();
    await parked(flow);
    const visitor = await enter();
    const lineage = await visitor.json<LineagePage>('/api/runs/r-1/lineage');
    expect(lineage.calls.map(({ method }) => method)).toEqual(['advise']);
    expect(lineage.totals.modelCalls).toBe(1);
    const unknown = await visitor.get('/api/runs/nobody/lineage');
    expect(unknown.status).toBe(404);
    expect(((await unknown.json()) as Refusal).error.code).toBe('DF_UNKNOWN_RUN');
  });
});

describe('a decision', () => {
  it('is made in the name of the link, on what was read, and the run goes on', async () => {
    const { flow, enter } = await servedUi({ flow: { approvalSecret: 'a secret of the tests' } });
    await parked(flow);
    const visitor = await enter();
    const [card] = await visitor.json<ApprovalCard[]>('/api/approvals');
    expect(card).toMatchObject({ show: 'Pay 500 cents to c-1', args: ['c-1', 500], barred: null, verdict: null });
    const answer = await visitor.post(`/api/approvals/${card!.id}/approve`, { digest: card!.digest, reason: 'fine' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ verdict: 'approved', by: 'ada', signed: 'valid', votes: [{ by: 'ada', signed: 'valid' }] });
    expect(await flow.run('r-1').result()).toMatchObject({ receipt: 'c-1 has 500' });
    expect(await visitor.json<ApprovalCard[]>('/api/approvals')).toEqual([]);
    expect(await visitor.json<ApprovalCard[]>('/api/approvals?all=1')).toHaveLength(1);
  });

  it('to reject needs a reason', async () => {
    const { flow, enter } = await servedUi();
    await parked(flow);
    const visitor = await enter();
    const { digest } = flow.approval(1);
    expect((await visitor.post('/api/approvals/1/reject', { digest })).status).toBe(400);
    expect((await visitor.post('/api/approvals/1/reject', { digest, reason: ' ' })).status).toBe(400);
    expect((await visitor.post('/api/approvals/1/reject', { digest, reason: 'too much' })).status).toBe(200);
    expect(flow.approval(1)).toMatchObject({ verdict: 'rejected', by: 'ada', reason: 'too much' });
  });

  it('to cancel, and to send a signal, come back with the run', async () => {
    const { flow, enter } = await servedUi();
    await parked(flow);
    const visitor = await enter();
    const signalled = (await (await visitor.post('/api/runs/r-1/signal', { name: 'note', payload: { text: 'hi' } })).json()) as RunPage;
    expect(signalled.signals).toMatchObject([{ name: 'note', payload: { text: 'hi' }, state: 'pending' }]);
    const cancelled = (await (await visitor.post('/api/runs/r-1/cancel', { reason: 'over' })).json()) as RunPage;
    expect(cancelled).toMatchObject({ status: 'cancelled', error: { what: 'run "r-1" was cancelled: over (ada).' } });
  });
});

describe('the rest', () => {
  it('is told: overview, spend, doubts, traces, reports', async () => {
    const { flow, enter } = await servedUi();
    await parked(flow);
    const visitor = await enter();
    const overview = await visitor.json<Overview>('/api/overview');
    expect(overview).toMatchObject({ counts: { waiting: 1 }, workflows: ['refund'], openApprovals: 1, doubts: 0, findings: [] });
    const spend = await visitor.json<Spend>('/api/spend');
    expect(spend).toMatchObject({ budgets: [], models: [{ model: 'scripted', calls: 1 }], days: [{ calls: 1 }], isPartial: false });
    expect(await visitor.json('/api/doubts')).toEqual([]);
    expect(await visitor.json<TraceList>('/api/traces')).toEqual({ traces: [], next: null });
    expect(await visitor.json('/api/reports')).toEqual([]);
  });

  it('is told at once: a page hears that the file has changed, whichever process wrote to it', async () => {
    const { file, enter } = await servedUi();
    const events = await (await enter()).get('/api/events');
    expect(events.headers.get('content-type')).toBe('text/event-stream');
    const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toContain('retry:');
    const other = await DurableFlow.open(file);
    await other.close();
    expect((await reader.read()).value).toBe('event: change\ndata:\n\n');
    await reader.cancel();
  });
});
