import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
// Colours are for terminals, and for CI systems, which show them.
const { CI: _, ...env } = process.env;

it.each(['google-adk', 'vercel-ai'])('examples/%s tells the truth about two killed processes', async (example) => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', `examples/${example}/main.ts`], {
    cwd: root,
    env,
  });
  expect(stderr).toBe('');
  expect(stdout).not.toContain('\x1b');
  for (const sentence of [
    /SIGKILL to process \d+, while the model thought about its second turn/,
    /process \d+ is dead; its run can be taken up at once/,
    /think {10}from the journal, not executed/,
    /the run waits for a person, and takes no memory/,
    /Refund 41\.50 for order O-7/,
    /SIGKILL to process \d+, after the money was sent, before the receipt came back/,
    /the shop has it on its books; not paid again/,
    /“Dear Ines, 41\.50 is on its way back to you \(R-1\)\.”/,
    /✔ {2}1 refund was paid, though a process died between the payment and its receipt/,
    /✔ {2}the model was asked 4 times: for its 3 turns, and for the one that was cut off/,
    /Every promise was kept, in [\d.]+ s\./,
  ])
    expect(stdout).toMatch(sentence);
  expect(stdout).not.toContain('BROKEN');
  expect(new Set([...stdout.matchAll(/pid (\d+)/g)].map(([, pid]) => pid)).size).toBe(4);
});
