import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startExample } from './cli/inbox-process.js';
import { temporaryFolder } from './mailbox-on-disk.js';

it('shows the audit of a mail whose process was killed: nothing missing, nothing twice', async () => {
  const folder = await temporaryFolder();
  const { code, stdout, stderr } = await startExample('context.ts', ['--folder', folder]).ended;
  expect(stderr).toBe('');
  for (const sentence of [
    /process \d+ {2}SIGKILL, while the model was asked for the draft/,
    /✔ {2}\d+ steps of 50 mails asked a model: each has its question on record/,
    /✔ {2}and none has it twice/,
    /✔ {2}the provider was asked \d+ times: \d+ on record, \d+ lost in the kill and asked again/,
    /taken up +3 times/,
    /\d+ pieces of material: [1-9]\d* credited, \d+ given to a model, \d+ rejected/,
    /call 1 {2}classify {2}returned\n {2}argument 0: the run's input/,
    /note:\w+ +rejected .* no room: what ranks higher had taken it/,
    /(?:note|mail|calendar):\S+ +credited/,
    /approved by the operator of this demonstration/,
  ])
    expect(stdout).toMatch(sentence);
  expect(stdout).not.toContain('✘');
  expect(await readFile(join(folder, 'context', 'audit.html'), 'utf8')).toContain('<svg class="lineage"');
  expect(code).toBe(0);
});

it('keeps to the budget over a mailbox of 5,000', async () => {
  const folder = await temporaryFolder();
  const { code, stdout } = await startExample('context.ts', ['--folder', folder, '--mails', '5000']).ended;
  expect(stdout).toMatch(/5,000 mails read and indexed in [\d.]+ s/);
  expect(stdout).toMatch(/the fullest took \d+ % of its room; none went over it/);
  expect(code).toBe(0);
});
