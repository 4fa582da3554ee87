import { connect } from 'node:net';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { ApprovalCard, Refusal, ReportLine, RunPage } from '../../../sdk/ui/contract.js';
import { parked, servedUi, tokenOf, type ServedUi } from './served-ui.js';

/** What is sent word for word, since clients of ours mend what an attacker would not. */
function raw({ ui }: ServedUi, lines: readonly string[], body = ''): Promise<string> {
  const { hostname, port } = new URL(ui.url);
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(Number(port), hostname, () => socket.write(`${[...lines, 'connection: close'].join('\r\n')}\r\n\r\n${body}`));
    socket.on('data', (data) => (heard += data.toString()));
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}

const statusIn = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as Refusal).error.code];

describe('without a session', () => {
  it('there is no data, and no report; the page itself has none', async () => {
    const served = await servedUi();
    await parked(served.flow);
    for (const path of [
      'session',
      'overview',
      'runs',
      'runs/r-1',
      'approvals',
      'doubts',
      'spend',
      'traces',
      'reports',
      'events',
      'nothing',
    ])
      expect(await codeOf(await served.request(`/api/${path}`)), path).toEqual([401, 'DF_UI_SESSION']);
    expect((await served.request('/reports/x')).status).toBe(401);
    for (const path of ['/', '/inbox', '/runs/r-1']) expect(await (await served.request(path)).text()).toContain('<title>the page');
  });

  it('a wrong token, an empty one, or that of another server opens none', async () => {
    const [served, other] = [await servedUi(), await servedUi()];
    for (const token of ['', 'x', tokenOf(other.ui), `${tokenOf(served.ui)}x`]) {
      const headers = { origin: served.ui.url, 'content-type': 'application/json' };
      const answer = await served.request('/api/session', { method: 'POST', headers, body: JSON.stringify({ token }) });
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(await codeOf(answer)).toEqual([401, 'DF_UI_SESSION']);
    }
  });

  it('the cookie of another server is worth nothing, nor is one that was ended', async () => {
    const [served, other] = [await servedUi(), await servedUi()];
    const value = (await other.enter()).cookie.split('=')[1]!;
    const stolen = `durableflow_${new URL(served.ui.url).port}=${value}`;
    expect((await served.request('/api/runs', { headers: { cookie: stolen } })).status).toBe(401);
    const { cookie, session, get } = await served.enter();
    const headers = { cookie, origin: served.ui.url, 'x-durableflow-csrf': session.csrf };
    expect((await served.request('/api/session', { method: 'DELETE', headers })).status).toBe(204);
    expect((await get('/api/runs')).status).toBe(401);
  });
});

describe('a page of somebody else', () => {
  it('that has its own name point here (DNS rebinding) gets nothing, not even the page', async () => {
    const served = await servedUi({ allowHosts: ['runs.example'] });
    const { cookie } = await served.enter();
    const asked = (host: string, path = '/api/runs') => raw(served, [`GET ${path} HTTP/1.1`, `host: ${host}`, `cookie: ${cookie}`]);
    for (const host of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example', ''])
      for (const path of ['/', '/assets/main-1234.js', '/api/runs'])
        expect(statusIn(await asked(host, path)), `${host}${path}`).toBe(host === '' ? 400 : 403);
    for (const host of ['localhost', '127.0.0.1:1', '[::1]', 'RUNS.example:4747']) expect(statusIn(await asked(host)), host).toBe(200);
  });

  it('cannot decide: whatever it sends by a form, a simple request or a script, with the cookie that goes along', async () => {
    const served = await servedUi();
    await parked(served.flow);
    const { cookie, session } = await served.enter();
    const body = JSON.stringify({ digest: served.flow.approval(1).digest });
    const own = {
      cookie,
      origin: served.ui.url,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/json',
      'x-durableflow-csrf': session.csrf,
    };
    const other = await served.enter();
    const attacks: readonly (readonly [string, Record<string, string | undefined>, number])[] = [
      ['a foreign origin', { origin: 'http://evil.example' }, 403],
      ['another port of this machine', { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }, 403],
      ['an opaque origin', { origin: 'null' }, 403],
      ['no origin', { origin: undefined }, 403],
      ['a browser that says so', { 'sec-fetch-site': 'cross-site' }, 403],
      ['a plain text', { 'content-type': 'text/plain' }, 415],
      ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
      ['no CSRF token', { 'x-durableflow-csrf': undefined }, 403],
      ['a wrong CSRF token', { 'x-durableflow-csrf': 'x' }, 403],
      ['that of another session', { 'x-durableflow-csrf': other.session.csrf }, 403],
      ['no cookie', { cookie: undefined }, 401],
    ];
    for (const [name, changed, status] of attacks) {
      const headers = Object.fromEntries(
        Object.entries({ ...own, ...changed }).filter((it): it is [string, string] => it[1] !== undefined),
      );
      const answer = await served.request('/api/approvals/1/approve', { method: 'POST', headers, body });
      expect(answer.status, name).toBe(status);
      expect(answer.headers.get('access-control-allow-origin'), name).toBeNull();
    }
    expect(served.flow.approval(1).verdict).toBeUndefined();
    expect((await served.request('/api/approvals/1/approve', { method: 'POST', headers: own, body })).status).toBe(200);
  });

  it('cannot read either', async () => {
    const served = await servedUi();
    const { cookie } = await served.enter();
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }])
      expect((await served.request('/api/runs', { headers: { cookie, ...headers } as Record<string, string> })).status).toBe(403);
  });
});

describe('what is sent to harm the server', () => {
  it('a body over 1 MB, with its length or without, is not read', async () => {
    const served = await servedUi();
    const { post, cookie, session } = await served.enter();
    expect((await post('/api/runs/r-1/signal', { name: 'x', payload: 'x'.repeat(1024 * 1024) })).status).toBe(413);
    const { host } = new URL(served.ui.url);
    const head = [
      'POST /api/runs/r-1/signal HTTP/1.1', `host: ${host}`, `origin: ${served.ui.url}`, `cookie: ${cookie}`, `x-durableflow-csrf: ${session.csrf}`, 'content-type: application/json', 'transfer-encoding: chunked',
    ]; // prettier-ignore
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    expect(statusIn(await raw(served, head, `${chunk.repeat(17)}0\r\n\r\n`))).toBe(413);
  });

  it('headers that are too long, or no HTTP at all, are refused in the same shape', async () => {
    const served = await servedUi();
    const long = await raw(served, ['GET / HTTP/1.1', 'host: localhost', `x-long: ${'x'.repeat(20_000)}`]);
    expect([statusIn(long), long.includes('DF_UI_REQUEST'), long.includes("frame-ancestors 'none'")]).toEqual([431, true, true]);
    expect(statusIn(await raw(served, ['nonsense']))).toBe(400);
  });

  it('methods that nobody needs are not answered', async () => {
    const served = await servedUi();
    for (const method of ['OPTIONS', 'TRACE', 'PUT', 'PATCH', 'CONNECT-ISH']) {
      const answer = await raw(served, [`${method} /api/runs HTTP/1.1`, 'host: localhost']);
      expect([405, 400], method).toContain(statusIn(answer));
      expect(answer.toLowerCase()).not.toContain('access-control');
    }
    const head = await raw(served, ['HEAD / HTTP/1.1', 'host: localhost']);
    expect([statusIn(head), head.endsWith('\r\n\r\n')]).toEqual([200, true]);
  });

  it('paths lead to no other file, encoded or not', async () => {
    const served = await servedUi();
    const { cookie } = await served.enter();
    for (const up of [
      '../outside.js',
      '%2e%2e/outside.js',
      '..%2foutside.js',
      '%2e%2e%2foutside.js',
      '..%5coutside.js',
      '....//outside.js',
      '%00outside.js',
    ])
      for (const at of ['/assets/', '/reports/']) {
        const answer = await raw(served, [`GET ${at}${up} HTTP/1.1`, 'host: localhost', `cookie: ${cookie}`]);
        expect(answer, at + up).not.toContain('secret');
      }
  });
});

describe('answers', () => {
  it('carry the policy and the other headers, of whatever kind they are', async () => {
    const reports = join(await folderOfReports(), '.readiness');
    const served = await servedUi({ reports: [reports] });
    const { get, json, post } = await served.enter();
    const [report] = await json<ReportLine[]>('/api/reports');
    const answers = {
      page: await served.request('/'),
      asset: await served.request('/assets/main-1234.js'),
      missing: await served.request('/assets/none.js'),
      data: await get('/api/runs'),
      refusal: await served.request('/api/runs'),
      method: await served.request('/', { method: 'PUT' }),
      bad: await post('/api/runs/r-1/cancel', '{'),
    };
    for (const [kind, { headers }] of Object.entries(answers)) {
      const policy = headers.get('content-security-policy')!;
      expect(policy, kind).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self'; .*frame-ancestors 'none'; require-trusted-types-for 'script'$/,
      );
      expect(policy, kind).not.toContain('unsafe');
      expect(headers.get('x-content-type-options'), kind).toBe('nosniff');
      expect(headers.get('referrer-policy'), kind).toBe('no-referrer');
      expect(headers.get('cross-origin-resource-policy'), kind).toBe('same-origin');
      expect(headers.get('cache-control'), kind).toBe(kind === 'asset' ? 'public, max-age=31536000, immutable' : 'no-store');
    }
    const page = await get(`/reports/${report!.id}`);
    expect(page.headers.get('content-security-policy')).toBe(
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
    );
    expect(await page.text()).toBe('<script>alert(1)</script>');
  });

  it('name no folder, no stack and no secret', async () => {
    const served = await servedUi();
    const { flow, faults, folder } = served;
    const { get } = await served.enter();
    await parked(flow);
    await flow.cancel('r-1', `open /home/bob/keys/id.pem failed: api_key=sk-live-abcdefghijklmnopqrstu`);
    const text = await (await get('/api/runs/r-1')).text();
    expect(text).toContain('…/id.pem');
    expect(text).not.toMatch(/\/home\/bob|sk-live-abc|at .*\.ts:\d+/);
    // The store is gone: what it would say names the file.
    await flow.close();
    const fault = await get('/api/runs');
    expect(fault.status).toBe(500);
    const body = await fault.text();
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'DF_UI_FAULT', what: expect.stringContaining('fault 1 ') } });
    expect(body).not.toContain(folder);
    expect(faults).toHaveLength(1);
  });
});

describe('a decision', () => {
  it('on arguments that have changed since, by somebody who is no decider, or twice, is refused', async () => {
    const served = await servedUi({ deciders: ['ada', 'grace'] });
    const { flow } = served;
    await parked(flow);
    const [ada, grace] = [await served.enter('ada'), await served.enter('grace')];
    expect(await codeOf(await ada.post('/api/approvals/1/approve', { digest: 'another' }))).toEqual([409, 'DF_APPROVAL_CHANGED']);
    expect((await ada.post('/api/approvals/1/approve', {})).status).toBe(400);
    expect((await ada.post('/api/approvals/1/approve', { digest: flow.approval(1).digest, by: 'grace' })).status).toBe(400);
    withFile(served, (db) => db.prepare(`UPDATE approvals SET deciders = '["grace"]'`).run());
    const { digest } = flow.approval(1);
    expect(await codeOf(await ada.post('/api/approvals/1/approve', { digest }))).toEqual([403, 'DF_APPROVAL_FORBIDDEN']);
    const [card] = await ada.json<ApprovalCard[]>('/api/approvals');
    expect(card!.barred).toBe("Only grace may decide, and this link is ada's.");
    const answers = await Promise.all([
      grace.post('/api/approvals/1/approve', { digest }),
      grace.post('/api/approvals/1/reject', { digest, reason: 'no' }),
    ]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(flow.approval(1).by).toBe('grace');
  });

  it('is not made by a page that only looks', async () => {
    const served = await servedUi({ readOnly: true });
    await parked(served.flow);
    const { post, session } = await served.enter();
    const { digest } = served.flow.approval(1);
    expect(session.canDecide).toBe(false);
    for (const path of ['approvals/1/approve', 'approvals/1/reject', 'runs/r-1/cancel', 'runs/r-1/signal', 'runs/r-1/effects/1'])
      expect(await codeOf(await post(`/api/${path}`, { digest })), path).toEqual([403, 'DF_UI_READ_ONLY']);
    expect(served.flow.run('r-1').view().status).toBe('waiting');
  });

  it('that was written into the file by somebody without the secret shows as forged', async () => {
    const served = await servedUi({ flow: { approvalSecret: 'a secret of the tests' } });
    await parked(served.flow);
    withFile(served, (db) => {
      db.prepare(`UPDATE approvals SET verdict = 'approved', decided_by = 'ada', decided_at = 1, signature = 'made up'`).run();
      db.prepare(`INSERT INTO votes (approval, by, at) VALUES (1, 'ada', 1)`).run();
    });
    const { approvals } = await (await served.enter()).json<RunPage>('/api/runs/r-1');
    expect(approvals[0]).toMatchObject({ verdict: 'approved', signed: 'forged', votes: [{ by: 'ada', signed: 'forged' }] });
  });
});

describe('reports', () => {
  it('are found where they are written, and links lead nowhere', async () => {
    const folder = await folderOfReports();
    symlinkSync(join(folder, '.readiness/readiness.html'), join(folder, '.readiness/colony/linked/colony.html'));
    const served = await servedUi({ reports: [join(folder, '.readiness')] });
    const visitor = await served.enter();
    const found = await visitor.json<ReportLine[]>('/api/reports');
    expect(found.map(({ kind, verdict }) => `${kind}: ${verdict}`).toSorted()).toEqual(['colony: ship', 'readiness: no_ship']);
    expect(JSON.stringify(found)).not.toContain(folder);
    expect((await visitor.get('/reports/unknown')).status).toBe(404);
  });
});

async function folderOfReports(): Promise<string> {
  const { folder } = await servedUi();
  for (const inner of ['.readiness', '.readiness/colony', '.readiness/colony/job', '.readiness/colony/linked'])
    mkdirSync(join(folder, inner));
  writeFileSync(join(folder, '.readiness/readiness.html'), '<script>alert(1)</script>');
  writeFileSync(join(folder, '.readiness/readiness.json'), '{"state":"no_ship"}');
  writeFileSync(join(folder, '.readiness/colony/job/colony.html'), 'colony');
  writeFileSync(join(folder, '.readiness/colony/job/benchmark_result.json'), '{"verdict":{"state":"ship"}}');
  return folder;
}

/** What somebody does who can write to the file. */
function withFile({ file }: ServedUi, change: (db: Database.Database) => void): void {
  const db = new Database(file);
  change(db);
  db.close();
}
