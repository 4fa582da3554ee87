import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage, startBrowser } from './opened-page.js';

const views = [
  '/inbox',
  '/runs',
  '/runs?status=failed,in_doubt&workflow=refund-agent',
  '/runs?search=nothing-is-called-this',
  '/runs/ticket-4441',
  '/runs/ticket-4441/lineage',
  '/spend',
  '/planner',
  '/planner/req-1',
  '/shown-reports?report=r1',
  '/health',
  '/no-such-view',
];
const screens = [
  { name: 'on a wide screen', options: { viewport: { width: 1280, height: 900 } } },
  { name: 'on a phone', options: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true } },
] as const;

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

/** What axe finds, by the rules of WCAG 2.2 A and AA and by what it calls best practice; in the dark only colours are others. */
const tags = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";
const findings = (only: string) => `axe.run(document, { iframes: false, runOnly: ${only} }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 160) + ' ' + failureSummary)))`;

async function expectNothing(page: Page, what: string): Promise<void> {
  for (const [colorScheme, only] of [
    ['light', tags],
    ['dark', "['color-contrast']"],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await page.evaluate(findings(only)), `${what}, ${colorScheme}`).toEqual([]);
  }
}

describe.each(screens)('the page, $name', ({ options }) => {
  it('has views in which axe finds nothing, light and dark, and of which none is wider than the screen', async () => {
    await using opened = await openPage(browser, options);
    const { page } = opened;
    for (const view of views) {
      await opened.show(view);
      if (view.endsWith('/ticket-4441')) await page.getByRole('button', { name: 'decide' }).click();
      await page.evaluate(axe.source);
      await expectNothing(page, view);
      const { wide, across } = await page.evaluate<{ wide: number; across: number }>(
        '({ wide: document.documentElement.scrollWidth, across: innerWidth })',
      );
      expect(wide, `${view} is ${wide} wide`).toBeLessThanOrEqual(across);
    }
    expect(opened.wrongs).toEqual([]);
  });

  it('has dialogs in which axe finds nothing, light and dark', async () => {
    await using opened = await openPage(browser, options);
    const { page } = opened;
    await opened.show('/inbox');
    await page.evaluate(axe.source);
    for (const button of ['Approve', 'Reject', 'It has happened']) {
      await page.getByRole('button', { name: button, exact: true }).first().click();
      await page.getByRole('dialog').waitFor();
      await expectNothing(page, button);
      await page.keyboard.press('Escape');
    }
    await page.keyboard.press('?');
    await expectNothing(page, 'keys');
  });
});
