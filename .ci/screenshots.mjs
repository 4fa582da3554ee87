// Takes the pictures of the documents from the real thing: `npm run screenshots` for all, `npm run screenshots -- ui` for those whose name has that. What has to be there first is run: a few minutes.
// Chromium is Debian's, or the one that CHROMIUM names.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

/** `script` makes the page; each picture is used where `used` says. */
const reports = [
  {
    script: 'readiness',
    page: 'examples/.readiness/readiness.html',
    image: 'readiness',
    height: 900,
    used: 'README.md, docs/readiness.md',
  },
  { script: 'context', page: '.demo/context/audit.html', image: 'lineage', height: 900, used: 'docs/lineage.md' },
  { script: 'colony', page: '.colony/colony.html', image: 'colony', height: 1325, used: 'README.md, docs/colony.md' },
];
const mail = 'mail:ruth.adeyemi.0056@postbox.example';
const views = [
  { path: '/inbox', image: 'ui-inbox', used: 'README.md, docs/ui.md' },
  { path: '/runs', image: 'ui-runs-dark', dark: true, used: 'docs/ui.md' },
  { path: '/runs/ticket%3At-1', image: 'ui-run', used: 'docs/ui.md' },
  { path: `/runs/${encodeURIComponent(mail)}/lineage`, image: 'ui-lineage', height: 560, used: 'docs/ui.md' },
  { path: '/spend', image: 'ui-spend', used: 'docs/ui.md' },
];
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']; // prettier-ignore
const largest = 300_000;

const wanted = process.argv.slice(2);
const isWanted = ({ image }) => wanted.length === 0 || wanted.some((it) => image.includes(it));

mkdirSync('docs/images', { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quiet });
try {
  for (const { script, page: file, image, height } of reports.filter(isWanted)) {
    // Anew, since what lies there may be of a part of it only.
    if (spawnSync('npm', ['run', '--silent', script], { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0)
      throw new Error(`npm run ${script} has failed`);
    const page = await browser.newPage({ viewport: { width: 1100, height } });
    await page.goto(pathToFileURL(file).href);
    await take(page, image);
  }
  if (views.some(isWanted)) await pictureUi();
} finally {
  await browser.close();
}

async function pictureUi() {
  const ui = spawn(process.execPath, ['--import', 'tsx', 'examples/operators-desk/main.ts', '--fresh', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const link = await linkOf(ui);
    for (const { path, image, dark, height = 800 } of views.filter(isWanted)) {
      const context = await browser.newContext({
        viewport: { width: 1100, height },
        colorScheme: dark ? 'dark' : 'light',
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      await page.goto(link);
      await page.locator('main h1').waitFor();
      await page.goto(new URL(path, link).href);
      await page.locator('main h1').waitFor();
      await page.waitForTimeout(1000);
      await take(page, image);
      await context.close();
    }
  } finally {
    ui.kill('SIGTERM');
    await once(ui, 'exit');
  }
}

async function linkOf(ui) {
  let out = '';
  for await (const text of ui.stdout.setEncoding('utf8')) {
    out += text;
    const [link] = /http:\S+#token=\S+/.exec(out) ?? [];
    if (link && out.includes('\n')) return link;
  }
  throw new Error('npm run ui has ended without a link');
}

async function take(page, image) {
  const path = `docs/images/${image}.png`;
  await page.screenshot({ path });
  const { size } = statSync(path);
  console.log(`${path} ${Math.round(size / 1000)} kB`);
  if (size > largest) throw new Error(`${path} has ${size} bytes; at most ${largest} are allowed`);
}
