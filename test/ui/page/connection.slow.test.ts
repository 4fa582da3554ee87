import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage, startBrowser } from './opened-page.js';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

describe('the page and its server', () => {
  it('takes the token out of the address and of the history', async () => {
    await using opened = await openPage(browser);
    expect(opened.page.url()).not.toContain('token');
    await opened.show('/runs');
    await opened.page.goBack();
    expect(opened.page.url()).not.toContain('token');
  });

  it('shows what has changed without being asked', async () => {
    await using opened = await openPage(browser);
    const { page, server } = opened;
    await opened.show('/inbox');
    server.data.approvals.push({ ...server.data.approvals[0]!, id: 99, show: 'Pay the invoice' });
    server.change();
    await page.getByRole('article', { name: 'Pay the invoice' }).waitFor();
  });

  it('announces new runs instead of moving what is read, and merges them at the top', async () => {
    await using opened = await openPage(browser, { viewport: { width: 1100, height: 500 } });
    const { page, server } = opened;
    await opened.show('/runs');
    const first = () => page.locator('tbody tr').first().innerText();
    await page.evaluate('scrollTo(0, 400)');
    server.data.runs.unshift({ ...server.data.runs[0]!, id: 'brand-new' });
    server.change();
    await page.getByRole('button', { name: '1 new' }).waitFor();
    expect(await first()).toContain('ticket-4500');
    await page.getByRole('button', { name: '1 new' }).click();
    expect(await first()).toContain('brand-new');
    await page.evaluate('scrollTo(0, 0)');
    server.data.runs.unshift({ ...server.data.runs[0]!, id: 'newer-still' });
    server.change();
    await expect.poll(first).toContain('newer-still');
  });

  it('keeps the filters in the address, pages with them and goes back', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await opened.show('/runs');
    await page.getByRole('button', { name: /^completed/ }).click();
    await expect.poll(() => page.url()).toMatch(/\/runs\?status=completed$/);
    await page.getByRole('button', { name: /^waiting/ }).click();
    await page.getByLabel('Workflow').selectOption('refund-agent');
    await expect.poll(() => new URL(page.url()).searchParams.get('workflow')).toBe('refund-agent');
    await page.keyboard.press('/');
    await page.keyboard.type('ticket-44');
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).searchParams.get('search')).toBe('ticket-44');
    expect(new URL(page.url()).searchParams.get('status')).toBe('completed,waiting');
    await page.goBack();
    await expect.poll(() => new URL(page.url()).searchParams.get('search')).toBeNull();
    await opened.show('/runs');
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByRole('link', { name: 'ticket-4450' }).waitFor();
    await page.getByRole('button', { name: 'Newest' }).click();
    await page.getByRole('link', { name: 'ticket-4500' }).waitFor();
  });

  it('says that the server is away, keeps what is shown, and comes back by itself', async () => {
    await using opened = await openPage(browser);
    const { page, server } = opened;
    await opened.show('/inbox');
    await server.away();
    await page.getByText('what you see may be old').waitFor();
    expect(await page.getByRole('article').count()).toBe(4);
    server.data.doubts = [];
    await server.back();
    await page.getByText('what you see may be old').waitFor({ state: 'detached' });
    await expect.poll(() => page.getByRole('article').count()).toBe(3);
  });

  it('says to open the link again when the server knows it no longer, and takes a new link', async () => {
    await using opened = await openPage(browser);
    const { page, server } = opened;
    server.forget();
    await page.reload();
    await page.getByRole('heading', { name: 'Open the link again' }).waitFor();
    await page.goto(server.url);
    await page.getByRole('link', { name: 'Inbox' }).waitFor();
    expect(page.url()).not.toContain('token');
  });
});
