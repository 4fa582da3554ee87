import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { buildPage } from '../build-page.js';
import { startContractServer, type ContractServer } from './contract-server.js';

const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']; // prettier-ignore

/** A page in a real browser over a server of its own, and all that it did that it must not do. */
export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  readonly server: ContractServer;
  /** Errors of scripts, refusals of the policy, requests to anyone else. */
  readonly wrongs: readonly string[];
  /** Goes to a view and waits until it is there with its data. */
  show(path: string): Promise<void>;
}

/** Debian's Chromium, or the one that CHROMIUM names. */
export async function startBrowser(): Promise<Browser> {
  await buildPage();
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: quiet });
}

/** Opens the link in a profile of its own. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<OpenedPage> {
  const server = await startContractServer();
  const { origin } = new URL(server.url);
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const wrongs: string[] = [];
  page.on('pageerror', (error) => wrongs.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // The report of the sample tries a script, which its frame must refuse, and says so.
    if (message.type() === 'error' && !/Failed to load resource|ERR_|frame is sandboxed/.test(message.text()))
      wrongs.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) wrongs.push(`request: ${request.url()}`);
  });
  await page.addInitScript(
    'window.violations = []; addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));',
  );
  await page.goto(server.url);
  await page.waitForSelector('h1');
  return {
    page,
    server,
    wrongs,
    async show(path) {
      await page.goto(origin + path);
      await page.waitForSelector('main h1');
      await page.waitForLoadState('load');
      await settled(page);
      const refused = await page.evaluate<string[]>('window.violations');
      wrongs.push(...refused.map((directive) => `policy: ${directive}`));
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      await server.close();
    },
  };
}

/** The server's events never end, so the network is never idle: a view is there when its text no longer changes. */
async function settled(page: Page): Promise<void> {
  let before: string | undefined;
  for (let text = ''; text !== before || text === '';) {
    before = text;
    await page.waitForTimeout(100);
    text = await page.locator('main').innerText();
  }
}
