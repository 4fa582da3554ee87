import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage, startBrowser } from './opened-page.js';
import { hostile } from './sample-data.js';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

describe('what models and strangers have written', () => {
  it('executes nothing, breaks no policy and asks nobody else, on any view', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    const run = `/runs/${encodeURIComponent(hostile.id)}`;
    for (const view of [
      '/inbox',
      '/runs',
      run,
      `${run}/lineage`,
      '/spend',
      '/planner',
      '/planner/req-1',
      '/shown-reports?report=r1',
      '/health',
    ]) {
      await opened.show(view);
      for (const folded of await page.locator('summary').all()) await folded.click();
      for (const call of await page.locator('.timeline button').all()) await call.click();
      expect(await page.evaluate('[window.owned, document.querySelectorAll("main img, main script").length]'), view).toEqual([
        undefined,
        0,
      ]);
    }
    await opened.show(run);
    await page.getByText(hostile.id).first().waitFor();
    expect(opened.wrongs).toEqual([]);
  });

  it('is shown in approvals whole and in its order, with what is invisible written out', async () => {
    await using opened = await openPage(browser);
    const { page, server } = opened;
    const megabyte = 'long '.repeat(200_000);
    server.data.approvals[1] = { ...server.data.approvals[1]!, args: [hostile.direction, hostile.control, hostile.rightToLeft, megabyte] };
    await opened.show('/inbox');
    const values = await page.getByRole('article', { name: 'Send mail' }).locator('section').first().locator('pre').allTextContents();
    expect(values).toEqual([
      '"pay \\u202e000001$ \\u2066to\\u2069 Ada"',
      '"first\\u0007\\u001b[31mred\\u200bhidden\\ufeff\\u2028line"',
      `"${hostile.rightToLeft}"`,
      `"${megabyte}"`,
    ]);
    await page.getByRole('article', { name: 'Send mail' }).getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('dialog').getByText('Send mail').waitFor();
  });

  it('shows the text of a model openly, and the rest of its answer folded', async () => {
    await using opened = await openPage(browser);
    const { page, server } = opened;
    const said = [{ call: 2, method: 'draft', model: 'm', value: { text: `Refund it.\n${hostile.markup}`, usage: { inputTokens: 7 } } }];
    server.data.approvals = [{ ...server.data.approvals[0]!, said }];
    await opened.show('/inbox');
    const answer = page.getByRole('article', { name: 'Refund' }).locator('blockquote');
    expect(await answer.textContent()).toBe(`Refund it.\n${hostile.markup}`);
    const whole = page.getByText('"inputTokens"');
    expect(await whole.isVisible()).toBe(false);
    await page.getByText('The whole value').click();
    expect(await whole.isVisible()).toBe(true);
    expect(opened.wrongs).toEqual([]);
  });

  it('has its report in a frame in which nothing runs', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await opened.show('/shown-reports?report=r1');
    await page.frameLocator('iframe').getByRole('heading', { name: 'Ship' }).waitFor();
    expect(await page.locator('iframe').getAttribute('sandbox')).toBe('');
    expect(await page.evaluate('window.owned')).toBeUndefined();
  });
});
