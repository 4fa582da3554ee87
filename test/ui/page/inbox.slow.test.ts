import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage, startBrowser } from './opened-page.js';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

const focused = 'document.activeElement.closest("article")?.querySelector("h2").textContent';

describe('the inbox', () => {
  it('is gone through with the keyboard: move, approve after one question, and the next slip has the focus', async () => {
    await using opened = await openPage(browser);
    const { page, server } = opened;
    await opened.show('/');
    await expect.poll(() => page.url()).toMatch(/\/inbox$/);
    await page.keyboard.press('j');
    expect(await page.evaluate(focused)).toBe('refund');
    await page.keyboard.press('j');
    expect(await page.evaluate(focused)).toBe('Refund $129.00 to customer c-1188');
    await page.keyboard.press('a');
    const dialog = page.getByRole('dialog', { name: 'Approve this call?' });
    await dialog.getByText('the lamp came broken').waitFor();
    expect(server.sent).toEqual([]);
    await dialog.getByRole('button', { name: 'Approve' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('On record as approved: Refund $129.00 to customer c-1188.').waitFor();
    expect(server.sent).toEqual([
      { method: 'POST', path: '/api/approvals/41/approve', csrf: 'c5rf', body: { digest: 'sha256:9f2c4b1d7a6e5f80' } },
    ]);
    await expect.poll(() => page.evaluate<string>(focused)).toMatch(/^Send mail/);
    expect(opened.wrongs).toEqual([]);
  });

  it('decides nothing by a single key, and nothing when Escape is pressed; the focus comes back', async () => {
    await using opened = await openPage(browser);
    const { page, server } = opened;
    await opened.show('/inbox');
    for (const key of ['a', 'r', 'Enter', 'y']) await page.keyboard.press(key);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('a');
    // While the question is open, keys are those of the question alone.
    for (const key of ['a', 'r', 'j']) await page.keyboard.press(key);
    expect(await page.getByRole('dialog').count()).toBe(1);
    for (let i = 0; i < 12; i++) await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement === document.body || document.activeElement.closest("dialog") !== null')).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate(focused)).toBe('Refund $129.00 to customer c-1188');
    expect(server.sent).toEqual([]);
  });

  it('rejects only with a reason, and sends it', async () => {
    await using opened = await openPage(browser);
    const { page, server } = opened;
    await opened.show('/inbox');
    await page.getByRole('button', { name: 'Reject' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Reject this call?' });
    await dialog.getByRole('button', { name: 'Reject' }).click();
    expect(server.sent).toEqual([]);
    await dialog.getByLabel('Reason').fill('The photos are of another lamp.');
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('On record as rejected').waitFor();
    expect(server.sent).toMatchObject([{ path: '/api/approvals/41/reject', body: { reason: 'The photos are of another lamp.' } }]);
  });

  it('shows one yes of two, and the slip stays', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    opened.server.data.approvals[1] = { ...opened.server.data.approvals[1]!, votes: [], args: [], show: 'Send mail' };
    await opened.show('/inbox');
    await page.getByRole('article', { name: 'Send mail' }).getByRole('button', { name: 'Approve' }).click();
    await page.getByText('It needs 1 more after you.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await page.getByText('1 of 2 have said yes').waitFor();
    expect(await page.getByRole('article', { name: 'Send mail' }).getByText('ada@ops', { exact: true }).count()).toBeGreaterThan(0);
  });

  it('says why a decision was refused, and what is there now is shown behind it', async () => {
    await using opened = await openPage(browser);
    const { page, server } = opened;
    await opened.show('/inbox');
    await page.getByRole('button', { name: 'Approve' }).first().click();
    server.refuseNext(409, 'DF_APPROVAL_DECIDED', 'grace@ops has rejected this already.', 'Look at the run.');
    server.data.approvals.shift();
    server.change();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await dialog.getByRole('alert').getByText('grace@ops has rejected this already.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => page.getByRole('article', { name: 'Refund $129.00' }).count()).toBe(0);
  });

  it('says who else may decide, and gives no buttons for it', async () => {
    await using opened = await openPage(browser);
    await opened.show('/inbox');
    const barred = opened.page.getByRole('article', { name: 'Delete 3 records' });
    await barred.getByText('Only grace@ops may decide this.').waitFor();
    expect(await barred.getByRole('button').count()).toBe(0);
  });

  it('gives no buttons to a session that only looks', async () => {
    await using opened = await openPage(browser);
    opened.server.data.session = { ...opened.server.data.session, canDecide: false };
    await opened.show('/inbox');
    expect(await opened.page.getByRole('article').getByRole('button').count()).toBe(0);
  });

  it('settles an effect in doubt: with what the call returns, as JSON that is checked', async () => {
    await using opened = await openPage(browser);
    const { page, server } = opened;
    await opened.show('/inbox');
    await page.getByRole('button', { name: 'It has happened' }).click();
    const dialog = page.getByRole('dialog', { name: 'It has happened?' });
    await dialog.getByText('refund:c-1188:12900').waitFor();
    await dialog.getByLabel('What the call returns').fill('{ id: 7 }');
    await dialog.getByText('This is no JSON.').waitFor();
    await dialog.getByRole('button', { name: 'It has happened' }).click();
    expect(server.sent).toEqual([]);
    await dialog.getByLabel('What the call returns').fill('{ "id": 7 }');
    await dialog.getByRole('button', { name: 'It has happened' }).click();
    await page.getByText('On record that refund has happened').waitFor();
    expect(server.sent).toMatchObject([{ path: '/api/runs/ticket-4410/effects/6', body: { happened: true, value: { id: 7 } } }]);
  });
});
