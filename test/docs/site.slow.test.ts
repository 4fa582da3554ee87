import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../ui/browser/browser.js';
import { filesIn, projectRoot } from './code-blocks.js';

const site = join(projectRoot, 'docs/api');
const pages = () => readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));

let server: ChildProcess;
let address: string;
let browser: Browser;
beforeAll(async () => {
  server = spawn(process.execPath, ['.ci/docs-serve.mjs', '--port', '0'], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] });
  address = await addressOf(server);
  browser = await openBrowser();
}, 1_800_000);
afterAll(async () => {
  await browser?.close();
  server?.kill('SIGKILL');
});

async function addressOf({ stdout }: ChildProcess): Promise<string> {
  let printed = '';
  for await (const text of stdout!.setEncoding('utf8')) {
    printed += text as string;
    const [found] = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed) ?? [];
    if (found) return found;
  }
  throw new Error(`npm run docs:serve has ended: ${printed}`);
}

/** A page whose browser reaches nothing but what lies under `base`; what it asked for elsewhere, and its errors, are told. */
async function openedPage(base: string, options: { width?: number } = {}): Promise<{ page: Page; faults: string[] }> {
  const faults: string[] = [];
  const context = await browser.newContext({ viewport: { width: options.width ?? 1280, height: 900 } });
  await context.route('**/*', (route) => {
    const url = route.request().url();
    if (/^(?:data|blob):/.test(url) || url.startsWith(base)) return route.continue();
    faults.push(`asked for ${url}`);
    return route.abort();
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`${page.url()} ${String(error)}`));
  page.on('response', (response) => void (response.status() >= 400 && faults.push(`${response.status()} ${response.url()}`)));
  return { page, faults };
}

/** What the first results of a search are called. On a page opened anew, since results of the last search stay until the next are there. */
async function found(page: Page, base: string, words: string): Promise<string[]> {
  await page.goto(`${base}index.html`);
  await page.locator('#tsd-search-trigger').click();
  await page.locator('#tsd-search-input').fill(words);
  await page.locator('#tsd-search-results li a').first().waitFor();
  const results = await page.locator('#tsd-search-results li').allInnerTexts();
  return results.map((text) => text.replaceAll(/\s+/g, ' ').trim());
}

const documents = () => filesIn('docs', '.md').map((file) => `documents/${file.split('/').at(-1)!.replace('.md', '.html')}`);

describe.each([
  ['served', () => address],
  ['opened as a file', () => `${pathToFileURL(site).href}/`],
] as const)('the site, %s', (_how, baseOf) => {
  it('shows every document with its pictures and diagrams, asks nobody else for anything, and fits a phone', async () => {
    const { page, faults } = await openedPage(baseOf(), { width: 390 });
    let diagrams = 0;
    for (const path of ['index.html', ...documents()]) {
      await page.goto(baseOf() + path);
      await page.locator('h1').first().waitFor();
      const broken = await page.evaluate<string[]>('[...document.images].filter((it) => it.naturalWidth === 0).map((it) => it.src)');
      const wider = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      diagrams += await page.locator('.diagram svg').count();
      expect({ path, broken, wider, undrawn: await page.locator('code.mermaid').count() }).toEqual({
        path,
        broken: [],
        wider: 0,
        undrawn: 0,
      });
    }
    expect(diagrams).toBeGreaterThan(8);
    expect(faults).toEqual([]);
  });

  it('finds guides and symbols', async () => {
    const { page, faults } = await openedPage(baseOf());
    expect(await found(page, baseOf(), 'heartbeatTimeout')).toContainEqual(expect.stringMatching(/Writing workflows/));
    expect(await found(page, baseOf(), 'SqliteBudgetLedger')).toContainEqual(expect.stringMatching(/SqliteBudgetLedger/));
    expect(faults).toEqual([]);
  });
});

describe('the site', () => {
  it('has its documents in the sidebar, under headings', async () => {
    const { page } = await openedPage(address);
    await page.goto(address);
    await page.locator('.tsd-navigation summary').first().waitFor();
    const headings = await page.locator('#tsd-nav-container > li > details > summary').allInnerTexts();
    expect(headings.map((text) => text.trim())).toEqual(['Start', 'Guides', 'How it works', 'Reference', 'Modules', 'Decisions']);
  });

  it('has no link that leads nowhere', () => {
    const anchors = new Map(pages().map((file) => [file, new Set(idsIn(readFileSync(join(site, file), 'utf8')))]));
    const dead = [...anchors.keys()].flatMap((file) =>
      linksIn(readFileSync(join(site, file), 'utf8')).flatMap((link) => {
        const [path, anchor] = link.split('#') as [string, string?];
        const target = path === '' ? file : relative(site, join(site, dirname(file), decodeURIComponent(path)));
        if (!existsSync(join(site, target))) return [`${file}: ${link}`];
        const isDead = anchor && anchors.has(target) && !anchors.get(target)!.has(decodeURIComponent(anchor));
        return isDead ? [`${file}: ${link}`] : [];
      }),
    );
    expect(anchors.size).toBeGreaterThan(100);
    expect([...new Set(dead)]).toEqual([]);
  });

  it('ends on Ctrl-C', async () => {
    server.kill('SIGINT');
    expect(await once(server, 'exit')).toEqual([0, null]);
  });
});

const idsIn = (html: string) => [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!);

/** Links and pictures to within the site. */
const linksIn = (html: string) =>
  [...html.matchAll(/\s(?:href|src)="([^"]+)"/g)]
    .map(([, link]) => link!.replaceAll('&amp;', '&'))
    .filter((link) => !/^(?:[a-z]+:|\/\/)/.test(link));
