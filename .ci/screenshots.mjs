// Takes the pictures of the documents from the real thing: run `npm run readiness`, `npm run context` and `npm run colony` first.
// Chromium is Debian's, or the one that CHROMIUM names.
import { existsSync, mkdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const pictures = [
  { page: 'examples/.readiness/readiness.html', image: 'docs/images/readiness.png', width: 1100, height: 900 },
  { page: '.demo/context/audit.html', image: 'docs/images/lineage.png', width: 1100, height: 900 },
  { page: '.colony/colony.html', image: 'docs/images/colony.png', width: 1100, height: 1325 },
];
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']; // prettier-ignore

mkdirSync('docs/images', { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quiet });
try {
  for (const { page: file, image, width, height } of pictures) {
    if (!existsSync(file)) {
      console.log(`${file} is not there; ${image} stays as it is`);
      continue;
    }
    const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: 1.5 });
    await page.goto(pathToFileURL(file).href);
    await page.screenshot({ path: image });
    console.log(image);
  }
} finally {
  await browser.close();
}
