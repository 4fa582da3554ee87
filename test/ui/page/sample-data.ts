import type {
  ApprovalCard,
  DoubtCard,
  LineagePage,
  Overview,
  ReportLine,
  RunLine,
  RunList,
  RunPage,
  Session,
  Spend,
  TimelineEntry,
  TraceList,
  TracePage,
} from '../../../sdk/ui/contract.js';
import type { RunStatus } from '../../../sdk/store/index.js';

/** What models and strangers have written: markup, scripts, changes of direction, control characters, the right-to-left, the very long. */
export const hostile = {
  markup: `</pre></article><script>window.owned=1</script><img src=x onerror="window.owned=1"><svg/onload=window.owned=1>`,
  direction: 'pay \u202e000001$ \u2066to\u2069 Ada',
  control: 'first\u0007\u001b[31mred\u200bhidden\ufeff\u2028line',
  rightToLeft: 'שלום مرحبا',
  id: `run/"><img src=x onerror=window.owned=1> & 50% #1`,
} as const;

const start = Date.now() - 3 * 86_400_000;
const at = (ms: number) => new Date(start + ms).toISOString();
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const minute = 60_000;
const hour = 60 * minute;

/** Everything that the server of the page's tests knows. */
export interface SampleData {
  session: Session;
  overview: Overview;
  approvals: ApprovalCard[];
  doubts: DoubtCard[];
  runs: RunLine[];
  get(path: string, query: URLSearchParams): unknown;
  post(path: string, body: { reason?: string; happened?: boolean }): unknown;
}

export function sampleData(): SampleData {
  const data: SampleData = {
    session: { decider: 'ada@ops', csrf: 'c5rf', canDecide: true, signs: true, works: true, file: 'support.db', version: '0.1.0' },
    overview: {
      counts: { running: 3, waiting: 12, in_doubt: 1, completed: 84_210, failed: 41, rejected: 7, cancelled: 2, diverged: 1 },
      workflows: ['refund-agent', 'inbox-triage', 'nightly-report'],
      openApprovals: 3,
      doubts: 1,
      findings: [
        {
          severity: 'attention',
          what: 'Run ticket-77 has diverged',
          meaning: 'The code asks for another call than the journal holds. Nothing was executed; deploy the version that it began with.',
        },
        {
          severity: 'note',
          what: '3 runs of refund-agent 1 wait for a version that no process has',
          meaning: 'They go on when a process registers it.',
        },
      ],
    },
    approvals: [
      approval(41, {
        show: 'Refund $129.00 to customer c-1188',
        args: [
          'c-1188',
          12_900,
          {
            note: 'Dear Ada,\n\nthe lamp came broken, so here is your money back.\n\nYours,\nSupport',
            evidence: ['photo-1.jpg', 'photo-2.jpg'],
          },
        ],
        said: [
          {
            call: 3,
            method: 'decide',
            model: 'claude-fable',
            value: { kind: 'refund', amountCents: 12_900, why: 'The photos show a broken lamp; within 14 days of delivery.' },
          },
        ],
        expiresAt: new Date(Date.now() + 5 * hour).toISOString(),
      }),
      approval(42, {
        show: `Send mail: ${hostile.markup}`,
        run: hostile.id,
        args: [
          hostile.markup,
          { [hostile.markup]: hostile.direction, control: hostile.control, hebrew: hostile.rightToLeft },
          'long '.repeat(400),
        ],
        said: [{ call: 1, method: 'draft', model: hostile.markup, value: 'a'.repeat(5_000) }],
        quorum: 2,
        votes: [{ by: 'grace@ops', at: ago(20 * minute), signed: 'valid' }],
        deciders: ['ada@ops', 'grace@ops', 'edsger@ops'],
      }),
      approval(43, {
        show: 'Delete 3 records of tenant north',
        barred: 'Only grace@ops may decide this.',
        deciders: ['grace@ops'],
        args: [],
      }),
    ],
    doubts: [
      { run: 'ticket-4410', workflow: 'refund-agent', call: 6, method: 'refund', key: 'refund:c-1188:12900', intendedAt: ago(2 * hour) },
    ],
    runs: Array.from({ length: 120 }, (_, i) => line(i)),
    get: (path, query) => get(data, path, query),
    post: (path, body) => post(data, path, body),
  };
  return data;
}

function approval(id: number, card: Partial<ApprovalCard>): ApprovalCard {
  return {
    id,
    run: `ticket-${4400 + id}`,
    workflow: 'refund-agent',
    call: 4,
    method: 'refund',
    show: '',
    args: [],
    digest: 'sha256:9f2c4b1d7a6e5f80',
    requestedAt: ago(id * minute),
    expiresAt: null,
    verdict: null,
    by: null,
    reason: null,
    decidedAt: null,
    quorum: 1,
    votes: [],
    deciders: null,
    edited: null,
    signed: null,
    said: [],
    barred: null,
    ...card,
  };
}

const cycle: readonly RunStatus[] = [
  'completed',
  'waiting',
  'completed',
  'running',
  'failed',
  'completed',
  'in_doubt',
  'rejected',
  'cancelled',
  'diverged',
  'pending',
];

function line(i: number): RunLine {
  const status = cycle[i % cycle.length]!;
  return {
    id: i === 2 ? hostile.id : `ticket-${4500 - i}`,
    workflow: i % 3 === 0 ? 'inbox-triage' : 'refund-agent',
    version: '2',
    status,
    createdAt: ago(i * 7 * minute + minute),
    updatedAt: ago(i * 6 * minute),
    wakeAt: null,
    claims: i % 7 === 0 ? 2 : 1,
    costUsd: (i % 5) * 0.0123,
    error:
      status === 'failed'
        ? {
            code: 'CRM_DOWN',
            what: i === 4 ? `The CRM answered 503: ${hostile.markup}` : 'The CRM answered 503',
            fix: 'Try again when it is back.',
          }
        : null,
    waitsFor: status === 'waiting' ? 'approval of refund' : null,
  };
}

function entry(call: number, method: string, from: number, until: number | null, more: Partial<TimelineEntry> = {}): TimelineEntry {
  return {
    call,
    method,
    kind: 'step',
    outcome: until === null ? 'open' : 'returned',
    attempts: 1,
    startedAt: at(from),
    endedAt: until === null ? null : at(until),
    waits: [],
    value: null,
    error: null,
    effect: null,
    modelCalls: [],
    costUsd: 0,
    ...more,
  };
}

function runPage(data: SampleData, id: string): RunPage | undefined {
  const found = data.runs.find((run) => run.id === id) ?? (id.startsWith('ticket-') ? { ...line(1), id } : undefined);
  if (!found) return undefined;
  const gate = 2 * 86_400_000;
  return {
    ...found,
    createdAt: at(0),
    input: { ticket: id, subject: hostile.direction, body: hostile.markup },
    output: { refunded: true },
    deadlineAt: new Date(Date.now() + 6 * hour).toISOString(),
    parent: 'nightly-2026-11-24',
    children: ['ticket-1', hostile.id],
    queue: 'support',
    attributes: { customer: 'c-1188', tenant: hostile.rightToLeft },
    timeline: [
      entry(1, 'findCustomer', 20, 310, { attempts: 3, value: { id: 'c-1188', name: hostile.markup } }),
      entry(2, 'history', 310, 480, { value: Array.from({ length: 60 }, (_, i) => ({ ticket: i, text: 'x'.repeat(40) })) }),
      entry(3, 'decide', 480, 2_900, {
        attempts: 2,
        costUsd: 0.0241,
        value: { kind: 'refund' },
        modelCalls: [
          {
            attempt: 1,
            provider: 'local',
            model: 'llama-8b',
            outcome: 'failed its check',
            startedAt: at(490),
            durationMs: 900,
            inputTokens: 1_820,
            outputTokens: 64,
            costUsd: 0,
          },
          {
            attempt: 2,
            provider: 'anthropic',
            model: 'claude-fable',
            outcome: 'answered',
            startedAt: at(1_400),
            durationMs: 1_480,
            inputTokens: 1_820,
            outputTokens: 212,
            costUsd: 0.0241,
          },
        ],
      }),
      entry(4, 'refund', 2_900, gate + 4_000, {
        kind: 'approval',
        waits: [{ what: 'approval', from: at(2_950), until: at(gate) }],
        value: { id: 're_19' },
        effect: { key: 'refund:c-1188:12900', state: 'done', resolvedBy: null },
      }),
      entry(5, 'notify', gate + 4_000, gate + 9_000, {
        outcome: 'threw',
        attempts: 5,
        error: { code: 'SMTP_DOWN', what: 'The mail server refused', fix: null },
      }),
      entry(6, 'sleep', gate + 9_000, null, { kind: 'sleep', waits: [{ what: 'time', from: at(gate + 9_000), until: null }] }),
    ],
    resumptions: [
      { claim: 2, at: at(1_300), host: 'worker-2', pid: 4711 },
      { claim: 3, at: at(gate + 50), host: 'worker-1', pid: 99 },
    ],
    approvals: [
      approval(7, {
        verdict: 'approved',
        by: 'grace@ops',
        reason: 'Photos are clear.',
        decidedAt: at(gate),
        signed: 'valid',
        args: ['c-1188', 12_900],
        show: 'Refund $129.00 to customer c-1188',
      }),
    ],
    doubts: [],
    signals: [{ name: 'customer-replied', state: 'taken', payload: { text: hostile.markup }, sentAt: at(gate) }],
    hasLineage: true,
    hasTrace: true,
    next: [{ waitsFor: 'time, until tomorrow', commands: [`durableflow cancel '${found.id}'`] }],
  };
}

const lineage = (run: string): LineagePage => ({
  run,
  width: 660,
  height: 230,
  material: [
    { reference: 'kb/returns.md', state: 'influential', stateWords: 'credited', digest: '9f2c', x: 12, y: 12, width: 262, height: 22 },
    { reference: hostile.markup, state: 'consumed', stateWords: 'sent to a model', digest: '11aa', x: 12, y: 40, width: 262, height: 22 },
    { reference: 'kb/warranty.md', state: 'rejected', stateWords: 'left out', digest: '77bb', x: 12, y: 68, width: 262, height: 22 },
  ],
  calls: [
    { call: 2, method: 'history', threw: false, notes: ['gave 60 pieces'], x: 384, y: 12, width: 230, height: 44 },
    { call: 3, method: 'decide', threw: true, notes: ['3,980 of 4,096 tokens', '$0.0241'], x: 384, y: 90, width: 230, height: 44 },
  ],
  edges: [
    { path: 'M274 23C329 23 329 112 384 112', state: 'influential', material: 0, call: 3 },
    { path: 'M274 51C329 51 329 112 384 112', state: 'consumed', material: 1, call: 3 },
    { path: 'M274 79C329 79 329 112 384 112', state: 'rejected', material: 2, call: 3 },
    { path: 'M614 34C648 34 648 112 614 112', state: 'given', material: null, call: 3 },
  ],
  hidden: 4,
  decisions: [
    {
      call: 3,
      method: 'decide',
      budget: { maxTokens: 4_096, tokens: 3_980 },
      material: [
        { reference: 'kb/returns.md', state: 'influential', tokens: 1_200, score: 0.91, reason: null },
        { reference: hostile.markup, state: 'consumed', tokens: 900, score: 0.4, reason: null },
        { reference: 'kb/warranty.md', state: 'rejected', tokens: 2_400, score: 0.12, reason: 'does not fit: 2,400 tokens, 116 left' },
      ],
    },
  ],
  totals: { modelCalls: 2, inputTokens: 3_640, outputTokens: 276, costUsd: 0.0241 },
});

const spend: Spend = {
  budgets: [
    { kind: 'day', key: '2026-11-27', committedUsd: 9.2, reservedUsd: 1.1, limitUsd: 10 },
    { kind: 'workflow', key: 'refund-agent', committedUsd: 42.5, reservedUsd: 0, limitUsd: 200 },
    { kind: 'run', key: hostile.id, committedUsd: 1.35, reservedUsd: 0.2, limitUsd: 1.25 },
    { kind: 'session', key: 'ops', committedUsd: 0.4, reservedUsd: 0, limitUsd: null },
  ],
  models: [
    {
      model: 'claude-fable',
      provider: 'anthropic',
      calls: 8_112,
      inputTokens: 15_200_120,
      outputTokens: 1_210_000,
      costUsd: 61.2,
      unknownCosts: 0,
    },
    { model: 'llama-8b', provider: 'local', calls: 30_211, inputTokens: 40_200_120, outputTokens: 2_210_000, costUsd: 0, unknownCosts: 12 },
  ],
  isPartial: false,
  days: Array.from({ length: 30 }, (_, i) => ({
    day: new Date(Date.now() - (29 - i) * 86_400_000).toISOString().slice(0, 10),
    costUsd: 1 + ((i * 7) % 11) * 0.8,
    calls: 200 + i * 3,
  })),
};

const trace: TracePage = {
  requestId: 'req-1',
  state: 'answered',
  headline: 'Answered by the small cloud model after the local one failed the check',
  confidenceNote: 'Estimated from 212 requests like it.',
  taskClass: 'extraction',
  constraints: ['at most $0.01', 'an answer within 5 s'],
  chosen: 'cloud-small',
  considered: [
    { target: 'local-8b', verdict: 'asked first', reason: 'the cheapest that may know it' },
    { target: 'cloud-small', verdict: 'next', reason: 'if the first fails its check' },
    { target: 'cloud-large', verdict: 'left out', reason: 'its worst case is $0.031' },
  ],
  escalation: [
    {
      target: 'local-8b',
      outcome: 'check_failed',
      words: 'failed its check',
      detail: hostile.markup,
      durationMs: 900,
      costUsd: 0,
      chargedUsd: 0,
    },
    {
      target: 'cloud-small',
      outcome: 'answered',
      words: 'answered',
      detail: undefined,
      durationMs: 1_480,
      costUsd: 0.0021,
      chargedUsd: 0.0021,
    },
  ],
  shadow: undefined,
  predictions: [{ what: 'cost', predicted: '$0.0019', actual: '$0.0021' }],
  wouldChange: ['With a limit of $0.031 the large cloud model would have been considered.'],
  totals: { costUsd: 0.0021, chargedUsd: 0.0021, durationMs: 2_390, attempts: 2 },
};

const reports: readonly ReportLine[] = [
  { id: 'r1', kind: 'readiness', title: 'refund-agent', verdict: 'ship', at: ago(hour) },
  { id: 'r2', kind: 'colony', title: 'spot-batch', verdict: 'no_ship', at: ago(30 * hour) },
  { id: 'r3', kind: 'colony', title: hostile.markup, verdict: null, at: ago(50 * hour) },
];

function get(data: SampleData, path: string, query: URLSearchParams): unknown {
  const [, , head, id, part] = path.split('/').map(decodeURIComponent);
  if (head === 'session') return data.session;
  if (head === 'overview') return { ...data.overview, openApprovals: data.approvals.length, doubts: data.doubts.length };
  if (head === 'approvals') return data.approvals;
  if (head === 'doubts') return data.doubts;
  if (head === 'runs' && id === undefined) return runList(data, query);
  if (head === 'runs') return part === 'lineage' ? lineage(id!) : runPage(data, id!);
  if (head === 'spend') return spend;
  if (head === 'traces' && id === undefined) return { traces: [{ id: 'req-1', at: ago(hour), state: 'answered', headline: trace.headline, costUsd: 0.0021 }, { id: 'req-2', at: ago(2 * hour), state: 'infeasible', headline: hostile.markup, costUsd: 0 }], next: null } satisfies TraceList; // prettier-ignore
  if (head === 'traces') return trace;
  return head === 'reports' ? reports : undefined;
}

function runList(data: SampleData, query: URLSearchParams): RunList {
  const wanted = query.getAll('status');
  const found = data.runs.filter(
    (run) =>
      (wanted.length === 0 || wanted.includes(run.status)) &&
      (!query.get('workflow') || run.workflow === query.get('workflow')) &&
      run.id.includes(query.get('search') ?? ''),
  );
  const from = Number(query.get('before') ?? 0);
  return { runs: found.slice(from, from + 50), next: from + 50 < found.length ? String(from + 50) : null };
}

function post(data: SampleData, path: string, body: { reason?: string; happened?: boolean }): unknown {
  const [, , head, id, part, call] = path.split('/').map(decodeURIComponent);
  if (head === 'approvals') {
    const card = data.approvals.find((it) => it.id === Number(id))!;
    const votes =
      part === 'approve'
        ? [...card.votes, { by: data.session.decider, at: new Date().toISOString(), signed: 'valid' as const }]
        : card.votes;
    const final = part === 'reject' || votes.length >= card.quorum;
    const after: ApprovalCard = { ...card, votes, reason: body.reason ?? null, ...(final && { verdict: part === 'reject' ? 'rejected' : 'approved', by: data.session.decider, decidedAt: new Date().toISOString() }) }; // prettier-ignore
    data.approvals = data.approvals.flatMap((it) => (it.id !== card.id ? [it] : final ? [] : [after]));
    return after;
  }
  if (part === 'effects') {
    data.doubts = data.doubts.filter((doubt) => doubt.run !== id || doubt.call !== Number(call));
    return { effect: { state: body.happened ? 'done' : 'intended', resolvedBy: data.session.decider } };
  }
  return runPage(data, id!);
}
