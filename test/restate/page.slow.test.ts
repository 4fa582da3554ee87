import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { restateStore } from 'durableflow/restate';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { Order, Shop } from '../../examples/restate-cluster/order.js';
import { freePort } from '../../examples/restate-cluster/restate-node.js';
import { WorkerProcess } from '../../examples/restate-cluster/worker-process.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { openBrowser } from '../ui/browser/browser.js';
import { startUiProcess } from '../ui/browser/ui-process.js';
import { buildPage } from '../ui/build-page.js';
import { RestateServer } from './restate-server.js';

let browser: Browser;
let server: RestateServer;
beforeAll(async () => {
  await buildPage();
  [browser, server] = await Promise.all([openBrowser(), RestateServer.start()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const patient = 60_000;

it('shows the runs of a server as those of a file: a run is approved in the inbox and ends before the eyes of who looks at it', async () => {
  const { ingress, admin } = server;
  const shop = join(tempFolder(), 'deeds.jsonl');
  const port = await freePort();
  const worker = new WorkerProcess({ name: 'red', port, advertise: `http://127.0.0.1:${port}`, shop, ingress, admin });
  onTestFinished(() => worker.kill());
  await worker.ready;
  const flow = await DurableFlow.open(await restateStore({ ingress, admin }));
  onTestFinished(() => flow.close());
  flow.register(Order, () => new Order(new Shop(shop, 'client')));

  await using ui = await startUiProcess(`restate:${ingress},${admin}`, ['--port', '0']);
  const visit = async () => {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(patient);
    await page.goto(ui.links['ada']!);
    await page.getByText('You decide as ada').waitFor();
    return page;
  };
  const [inbox, runs] = [await visit(), await visit()];
  await inbox.goto(`${ui.url}/inbox`);
  await inbox.getByRole('heading', { level: 1 }).waitFor();
  await flow.start(Order, ['tea', 'cup'], { id: 'order-7' });
  await runs.goto(`${ui.url}/runs/order-7`);
  await runs.getByText('waiting').first().waitFor();
  // Nothing is loaded again: both pages are told that something has changed.
  await inbox.getByRole('article', { name: 'Ship 1 tea, 1 cup' }).getByRole('button', { name: 'Approve' }).click();
  await inbox.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
  await inbox.getByText('On record as approved').waitFor();
  await runs.getByText('completed').first().waitFor();
  expect(await flow.run('order-7').result()).toBe('shipped 1 tea, 1 cup; paid 1000');
  expect(flow.show('order-7').approvals).toMatchObject([{ verdict: 'approved', by: 'ada' }]);

  // What is known stays to be seen while the server is away, and the page says so.
  await server.kill();
  await runs.goto(`${ui.url}/health`);
  await expect.poll(async () => (await runs.reload(), await runs.getByText('cannot be reached').count()), { timeout: patient }).toBeGreaterThan(0); // prettier-ignore
  await runs.goto(`${ui.url}/runs/order-7`);
  await runs.getByText('completed').first().waitFor();
  await server.restart();
  await runs.goto(`${ui.url}/health`);
  await runs.getByText('cannot be reached').waitFor({ state: 'detached' });
}, 300_000);
