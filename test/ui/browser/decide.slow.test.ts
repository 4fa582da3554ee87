import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DurableFlow } from 'durableflow';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempFolder } from '../../fixtures/temp-folder.js';
import { buildPage } from '../build-page.js';
import { openBrowser } from './browser.js';
import { Hurry, register } from './ui-app.js';
import { startUiProcess, type UiProcess } from './ui-process.js';

let browser: Browser;
beforeAll(async () => {
  await buildPage();
  browser = await openBrowser();
});
afterAll(() => browser?.close());

/** A file with a run that waits for its gate, or none. */
function desk(run?: { readonly kind?: 'desk' | 'pair'; readonly id: string; readonly text: string }): string {
  const file = join(tempFolder(), 'desk.db');
  const script = fileURLToPath(new URL('start-runs.ts', import.meta.url));
  const { kind = 'desk', id, text } = run ?? { kind: 'desk', id: 'first', text: 'nothing' };
  execFileSync(process.execPath, ['--import', 'tsx', script, file, kind, id, text]);
  return file;
}

const order = { id: 'run-1', text: 'the order' };

/** Opens a link and waits until its token was exchanged. */
async function open(page: Page, ui: UiProcess, by: string): Promise<void> {
  await page.goto(ui.links[by]!);
  await page.getByText(`You decide as ${by}`).waitFor();
}

/** A visitor with cookies of their own who has opened their link. */
async function visit(ui: UiProcess, by: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(20_000);
  await open(page, ui, by);
  return page;
}

async function show(page: Page, ui: UiProcess, path: string): Promise<void> {
  await page.goto(`${ui.url}${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

const button = (page: Page, show: string, name: string) => page.getByRole('article', { name: show }).getByRole('button', { name });
/** Confirms, and waits until the server has answered: whoever leaves the page before takes the question back. */
async function confirm(page: Page, name: string): Promise<void> {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  await answered;
}

async function stored(file: string, id: string) {
  const flow = await DurableFlow.open(file);
  try {
    return flow.show(id);
  } finally {
    await flow.close();
  }
}

describe('a decision made in the page', () => {
  it('lets an approved run finish before the eyes of who looks at it, and is recorded in the name of the link', async () => {
    const file = desk(order);
    await using ui = await startUiProcess(file);
    const page = await visit(ui, 'ada');
    const watching = await page.context().newPage();
    await show(watching, ui, '/runs/run-1');
    await watching.getByText('waiting').first().waitFor();
    await show(page, ui, '/inbox');
    await page.getByRole('article').getByText('Do it: the order').first().waitFor();
    await button(page, 'Act on the order', 'Approve').click();
    await confirm(page, 'Approve');
    // Nothing is loaded again: the server tells that something has changed.
    await watching.getByText('completed').first().waitFor();
    const run = await stored(file, 'run-1');
    expect([run.status, run.output]).toEqual(['completed', { done: 'Do it: the order / the order' }]);
    expect(run.approvals).toMatchObject([{ verdict: 'approved', by: 'ada' }]);
  });

  it('rejects with a reason, which the run ends with', async () => {
    const file = desk(order);
    await using ui = await startUiProcess(file);
    const page = await visit(ui, 'grace');
    await show(page, ui, '/inbox');
    await button(page, 'Act on the order', 'Reject').click();
    await page.getByRole('dialog').getByLabel('Reason').fill('too much');
    await confirm(page, 'Reject');
    await show(page, ui, '/runs/run-1');
    await page.getByText('rejected').first().waitFor();
    const run = await stored(file, 'run-1');
    expect([run.status, run.approvals[0]?.by, run.approvals[0]?.reason]).toEqual(['rejected', 'grace', 'too much']);
  });

  it('is made once: of two who decide at once one wins, and the other is told', async () => {
    const file = desk(order);
    await using ui = await startUiProcess(file, ['--port', '0']);
    const pages = await Promise.all([visit(ui, 'ada'), visit(ui, 'grace')]);
    for (const page of pages) {
      await show(page, ui, '/inbox');
      await button(page, 'Act on the order', 'Approve').click();
    }
    await Promise.all(pages.map((page) => confirm(page, 'Approve')));
    const outcome = (page: Page) => page.getByRole('status').filter({ hasText: 'On record' }).or(page.getByRole('alert')).first();
    const words = await Promise.all(pages.map((page) => outcome(page).textContent()));
    expect(words.filter((it) => it?.includes('On record as approved')).length).toBe(1);
    expect(words.filter((it) => it?.includes('DF_APPROVAL_DECIDED')).length).toBe(1);
    expect((await stored(file, 'run-1')).approvals[0]?.by).toMatch(/^(ada|grace)$/);
  });

  it('needs both links where the gate needs two', async () => {
    const file = desk({ kind: 'pair', id: 'pair', text: 'merge' });
    await using ui = await startUiProcess(file);
    const ada = await visit(ui, 'ada');
    await show(ada, ui, '/inbox');
    await button(ada, 'Together: merge', 'Approve').click();
    await confirm(ada, 'Approve');
    await ada.getByRole('article').getByText('1 of 2').waitFor();
    expect((await stored(file, 'pair')).status).toBe('waiting');
    const grace = await visit(ui, 'grace');
    await show(grace, ui, '/inbox');
    await button(grace, 'Together: merge', 'Approve').click();
    await confirm(grace, 'Approve');
    await show(grace, ui, '/runs/pair');
    await grace.getByText('completed').first().waitFor();
    expect((await stored(file, 'pair')).approvals[0]?.approvedBy.toSorted()).toEqual(['ada', 'grace']);
  });

  it('is not offered any more when the time of the gate runs out while it is looked at', async () => {
    const file = desk();
    await using ui = await startUiProcess(file);
    const page = await visit(ui, 'ada');
    await show(page, ui, '/inbox');
    const flow = await DurableFlow.open(file, { maxConcurrentRuns: 0 });
    register(flow);
    await flow.start(Hurry, 'now', { id: 'hurry' });
    await flow.close();
    await page.getByRole('article', { name: 'Quickly: now' }).waitFor();
    await page.getByRole('article', { name: 'Quickly: now' }).waitFor({ state: 'detached' });
    const run = await stored(file, 'hurry');
    expect([run.status, run.approvals[0]?.by]).toEqual(['rejected', undefined]);
  });
});

describe('an effect in doubt', () => {
  it('is resolved both ways: what has happened is not done again, what has not is done', async () => {
    const file = desk();
    const ledger = join(tempFolder(), 'ledger');
    await killInPayments(file, ledger, ['mira', 'omar']);
    process.env['UI_TEST_LEDGER'] = ledger;
    try {
      await using ui = await startUiProcess(file);
      const page = await visit(ui, 'ada');
      await show(page, ui, '/inbox');
      await page.getByRole('article').filter({ hasText: 'pay:mira' }).getByRole('button').first().click();
      await page.getByRole('dialog').getByLabel('What the call returns').fill('{"paid":"before"}');
      await confirm(page, 'It has happened');
      await page.getByRole('article').filter({ hasText: 'pay:omar' }).getByRole('button').last().click();
      await confirm(page, 'It has not happened');
      for (const id of ['pay-mira', 'pay-omar']) {
        await show(page, ui, `/runs/${id}`);
        await page.getByText('completed').first().waitFor();
      }
    } finally {
      delete process.env['UI_TEST_LEDGER'];
    }
    expect((await stored(file, 'pay-mira')).output).toEqual({ paid: 'before' });
    expect((await stored(file, 'pay-omar')).output).toEqual({ paid: 'omar' });
    expect(readFileSync(ledger, 'utf8').trim().split('\n').toSorted()).toEqual(['mira', 'omar', 'omar']);
  });
});

async function killInPayments(file: string, ledger: string, names: readonly string[]): Promise<void> {
  const script = fileURLToPath(new URL('killed-payments.ts', import.meta.url));
  const env = { ...process.env, UI_TEST_LEDGER: ledger, UI_TEST_HANGS: '1' };
  const child = spawn(process.execPath, ['--import', 'tsx', script, file, ...names], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
}

describe('the link', () => {
  it('leaves neither the address nor the history with its token, and a server that was started again wants a new one', async () => {
    const file = desk(order);
    const first = await startUiProcess(file, ['--port', '0']);
    const page = await visit(first, 'ada');
    expect(page.url()).not.toContain('token');
    await show(page, first, '/runs');
    await page.goBack();
    expect(page.url()).not.toContain('token');
    expect(await page.evaluate('document.cookie')).toBe('');
    await first.kill();
    await using second = await startUiProcess(file, ['--port', new URL(first.url).port]);
    await page.goto(`${second.url}/inbox`);
    await page
      .getByText(/open .*link/i)
      .first()
      .waitFor();
    expect(await page.getByRole('article').count()).toBe(0);
    await page.goto('about:blank');
    await open(page, second, 'ada');
    await show(page, second, '/inbox');
    await page.getByRole('article', { name: 'Act on the order' }).waitFor();
  });
});

describe('what models, tools and strangers have written', () => {
  it('runs nothing and is shown as text, in whatever field it stands', async () => {
    const hostile = `</script><script>window.owned=1</script><img src=x onerror="window.owned=1"><svg onload="window.owned=1"> javascript:window.owned=1 \u202eabc \u0007`;
    const file = desk({ id: hostile, text: hostile });
    const flow = await DurableFlow.open(file);
    await flow.signal(hostile, hostile, { [hostile]: hostile });
    await flow.close();
    await using ui = await startUiProcess(file);
    const page = await visit(ui, 'ada');
    const wrongs: string[] = [];
    page.on('console', (message) => message.type() === 'error' && wrongs.push(message.text()));
    page.on('request', (request) => request.url().startsWith(ui.url) || wrongs.push(request.url()));
    page.on('dialog', (dialog) => void wrongs.push(dialog.message()));
    const run = `/runs/${encodeURIComponent(hostile)}`;
    for (const path of ['/inbox', '/runs', run, `${run}/lineage`, '/health', '/spend']) {
      await show(page, ui, path);
      for (const folded of await page.locator('summary').all()) await folded.click();
      expect(await page.evaluate('[window.owned, document.querySelectorAll("main img, main script, main svg[onload]").length]'), path).toEqual([undefined, 0]); // prettier-ignore
    }
    await show(page, ui, '/inbox');
    const heading = (await page.getByRole('article').getByRole('heading').first().textContent()) ?? '';
    expect(heading).toContain('<script>window.owned=1</script>');
    expect(heading).not.toContain('\u202e');
    await page.getByRole('article').getByRole('button', { name: 'Approve' }).click();
    await confirm(page, 'Approve');
    await show(page, ui, run);
    await page.getByText('completed').first().waitFor();
    expect(await page.evaluate('window.owned')).toBeUndefined();
    expect(wrongs).toEqual([]);
  });
});
