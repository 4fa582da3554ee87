import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tempFolder } from '../../fixtures/temp-folder.js';
import { buildPage } from '../build-page.js';
import { openBrowser } from './browser.js';
import { makeManyRuns } from './many-runs.js';
import { startUiProcess } from './ui-process.js';

let browser: Browser;
beforeAll(async () => {
  await buildPage();
  browser = await openBrowser();
});
afterAll(() => browser?.close());

/** For each step, in milliseconds. Generous: a quiet machine takes a fifth of a second. */
const bound = 10_000;

it('lists, filters, searches and pages 100,000 runs', async () => {
  const file = join(tempFolder(), 'many.db');
  await makeManyRuns(file, 100_000);
  await using ui = await startUiProcess(file, ['--port', '0']);
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(bound);
  await page.goto(ui.links['ada']!);
  await page.getByText('You decide as ada').waitFor();

  const link = (id: string) => page.getByRole('link', { name: id, exact: true });
  await page.goto(`${ui.url}/runs`);
  await link('run-100000').waitFor();
  expect(await page.getByRole('row').count()).toBeLessThan(300);
  await page.getByRole('button', { name: 'Older' }).click();
  await link('run-100000').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Newest' }).click();
  await link('run-100000').waitFor();
  await page.getByRole('group', { name: 'Statuses' }).getByRole('button', { name: /^failed/ }).click(); // prettier-ignore
  await link('run-099999').waitFor({ state: 'detached' });
  await link('run-099900').waitFor();
  // The oldest of those that failed: nothing finds it sooner than the last page would.
  await page.getByRole('searchbox').fill('run-000100');
  await page.getByRole('button', { name: 'Search' }).click();
  await link('run-000100').waitFor();
  expect(await page.getByRole('row').count()).toBe(2);
  await link('run-000100').click();
  await page.getByRole('heading', { name: /run-000100/ }).waitFor();
});
