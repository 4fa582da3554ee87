import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']; // prettier-ignore

/** Debian's Chromium, or the one that CHROMIUM names, with a profile of its own. Throws, with what to install, if there is none. */
export function openBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath))
    throw new Error(`there is no browser at ${executablePath}: apt-get install chromium, or name one with CHROMIUM`);
  return chromium.launch({ executablePath, args: quiet });
}
