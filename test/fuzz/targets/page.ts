import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { approval, DurableFlow, signal, step, workflow } from 'durableflow';
import { startUi } from 'durableflow/ui';
import { z } from 'zod';
import type { FuzzTarget } from '../fuzz-target.js';
import { httpInput } from './http-input.js';
import { withoutConnection } from './proxy.js';

@workflow({ name: 'asked' })
class Asked {
  async run() {
    await this.pay('ann', 500);
    return signal(z.string(), 'go');
  }

  @approval()
  @step()
  async pay(to: string, cents: number) {
    return `${to} has ${cents}`;
  }
}

const post = (path: string, body: object) => `POST ${path}\ncontent-type: application/json\n\n${JSON.stringify(body)}`;

/** What a browser with a session may send to the page: nothing of it may be a fault of ours. */
export const page: FuzzTarget = {
  seeds: () => [
    'GET /api/overview\n', 'GET /api/runs?status=waiting&search=r&limit=5\n', 'GET /api/runs/r-1\n', 'GET /api/runs/r-1/lineage\n', 'GET /api/approvals?all=1\n', 'GET /api/traces?before=x\n', 'GET /api/reports\n',
    post('/api/approvals/1/approve', { digest: 'x', reason: 'y' }), post('/api/approvals/2/reject', { digest: 'x', reason: 'no' }), post('/api/runs/r-1/signal', { name: 'go', payload: { a: [1] } }),
    post('/api/runs/r-2/cancel', { reason: 'enough' }), post('/api/runs/r-1/effects/0', { happened: true, value: 1 }), post('/api/session', { token: 'x' }),
  ],
  words: ['/api/', 'r-1', 'status=', '&status=running', 'limit=', 'before=', '%00', '%ff', '%2f', '..', '"payload":', '"__proto__":1', '?search=%25', '"digest":'],
  async open(folder) {
    const assets = join(folder, 'assets');
    mkdirSync(assets);
    writeFileSync(join(assets, 'index.html'), '<!doctype html><title>the page</title>');
    const file = join(folder, 'page.db');
    const flow = await DurableFlow.open(file, { durability: 'process-crash' });
    flow.register(Asked, () => new Asked());
    for (const id of ['r-1', 'r-2', 'r-3']) await (await flow.start(Asked, undefined, { id })).settled();
    let fault: unknown;
    const ui = await startUi(flow, { file, deciders: ['ada'], assets, onFault: (_, error) => (fault = error) });
    const own = { origin: ui.url, 'sec-fetch-site': 'same-origin' };
    const token = ui.links[0]!.link.split('#token=')[1];
    const opened = await fetch(`${ui.url}/api/session`, { method: 'POST', headers: { ...own, 'content-type': 'application/json' }, body: JSON.stringify({ token }) });
    const { csrf } = (await opened.json()) as { csrf: string };
    const cookie = opened.headers.get('set-cookie')!.split(';')[0]!;
    return async (input) => {
      const { method, path, headers, body } = httpInput(input);
      // It never ends.
      if (path.includes('events')) return undefined;
      const sent = withoutConnection(headers);
      for (const [name, value] of Object.entries({ ...own, cookie, 'x-durableflow-csrf': csrf })) sent.set(name, value);
      fault = undefined;
      const response = await fetch(ui.url + path, { method, headers: sent, redirect: 'manual', ...(body !== undefined && { body }) }).catch(() => undefined);
      const text = await response?.text();
      if (fault !== undefined) throw fault;
      if (response && response.status >= 500 && response.status !== 503) throw new Error(`the page answered ${response.status}: ${text}`);
      return text;
    };
  },
}; // prettier-ignore
