import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { shellWord } from '../../sdk/cli/next-steps.js';
import { durableflowInTerminal, keys, openTerminal } from './pseudo-terminal.js';
import { Payout, Refund } from './support-app.js';
import { callJson, database, temporaryFolder } from './terminal.js';

const app = fileURLToPath(new URL('support-app.ts', import.meta.url));
const main = fileURLToPath(new URL('../../sdk/cli/main.ts', import.meta.url));
const loader = fileURLToPath(import.meta.resolve('tsx'));
const eraseLine = '\u001b[2K';
const longId = `ticket-${'0123456789'.repeat(7)}`;

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  file = await database(join(folder, 'app.db'), async (flow) => {
    for (const id of ['r-1', 'r-2', longId])
      await (await flow.start(Refund, { customer: 'c-1', cents: id.length, show: `Refund for ${id}` }, { id })).settled();
  });
});

/** Paths and commands are never broken: they are copied. */
const isToCopy = (line: string) => /^ +(?:\$ )?durableflow |^file /.test(line);

const verdicts = async () => {
  const { data } = await callJson<{ approvals: Record<string, unknown>[] }>(['--db', file, 'approvals', '--all']);
  return data.approvals.map(({ verdict, by, reason }) => [verdict, by, reason]);
};

describe('approvals --walk in a terminal', () => {
  it('is gone through with arrow keys, and gives the terminal back', async () => {
    const walk = durableflowInTerminal(['--db', file, 'approvals', '--walk', '--by', 'ada'], 80);
    await walk.shows('Decide as ada (1 of 3)');
    walk.press(keys.enter);
    await walk.shows('Decide as ada (2 of 3)');
    walk.press(keys.down);
    await walk.shows(/● reject/);
    walk.press(keys.enter);
    await walk.shows('Why not?');
    walk.press(`twice${keys.enter}`);
    await walk.shows('Decide as ada (3 of 3)');
    walk.press(keys.up);
    await walk.shows(/● quit/);
    walk.press(keys.enter);
    expect(await walk.ended).toBe(3);
    expect(walk.text()).toContain('1 approved, 1 rejected, 0 skipped, 1 open.');
    expect(walk.isCursorShown()).toBe(true);
    expect(await verdicts()).toEqual([['approved', 'ada', null], ['rejected', 'ada', 'twice'], [null, null, null]]); // prettier-ignore
  });

  it.each([
    ['Ctrl-C', keys.interrupt],
    ['Escape', keys.escape],
  ])('is left by %s at a question, with what was decided kept', async (_name, key) => {
    // prettier-ignore
    const walk = durableflowInTerminal(['--db', file, 'approvals', '--walk', '--by', 'ada'], 80);
    await walk.shows('Decide as ada (1 of 3)');
    walk.press(keys.enter);
    await walk.shows('Decide as ada (2 of 3)');
    walk.resize(60);
    walk.press(key);
    expect(await walk.ended).toBe(3);
    expect(walk.text()).toContain('1 approved, 0 rejected, 0 skipped, 2 open.');
    expect(walk.isCursorShown()).toBe(true);
  });

  it('opens the editor that EDITOR names, and asks before it approves', async () => {
    const payouts = await database(join(folder, 'payouts.db'), async (flow) => {
      await (await flow.start(Payout, { to: 'c-1', plan: { cents: 900, note: 'x' } }, { id: 'p-1' })).settled();
    });
    const walk = durableflowInTerminal(['--db', payouts, 'approvals', '--walk', '--by', 'ada', '--app', app], 80, {
      EDITOR: 'sed -i s/900/300/',
    });
    await walk.shows('Decide as ada (1 of 1)');
    walk.press(keys.down);
    await walk.shows(/● edit and approve/);
    walk.press(keys.enter);
    await walk.shows('2.cents: 900 → 300');
    await walk.shows('Approve with these?');
    walk.press(keys.enter);
    expect(await walk.ended).toBe(0);
    const { data } = await callJson<{ approvals: { edited: unknown }[] }>(['--db', payouts, 'approvals', '--all']);
    expect(data.approvals[0]?.edited).toEqual(['c-1', { cents: 300, note: 'x' }]);
  });
});

describe('what is printed', () => {
  it.each([60, 80, 140])('fits a terminal of %i columns: no line of a table is broken by it', async (columns) => {
    for (const argv of [['runs'], ['show', 'r-1'], ['approvals'], ['doctor'], ['--help'], ['runs', '--help'], ['queue'], ['schedules']]) {
      const printed = durableflowInTerminal(['--db', file, ...argv], columns);
      await printed.ended;
      const shown = printed.raw().replaceAll(eraseLine, '\n');
      const lines = stripVTControlCharacters(shown).split(/\r?\n|\r/);
      const broken = lines.filter((line) => line.length > columns && !line.includes(longId) && !isToCopy(line));
      expect(broken, argv.join(' ')).toEqual([]);
    }
  });

  it('has colours in a terminal, and none with NO_COLOR, on a dumb one, or in a pipe', async () => {
    const printed = async (env: Record<string, string>) => {
      const runs = durableflowInTerminal(['--db', file, 'runs'], 100, env);
      await runs.ended;
      return runs.raw();
    };
    expect(await printed({})).toContain('\u001b[2m');
    expect(await printed({ NO_COLOR: '1' })).not.toContain('\u001b[2m');
    expect(await printed({ TERM: 'dumb' })).not.toContain('\u001b[2m');
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', loader, main, '--db', file, 'runs']);
    expect(stdout).not.toContain('\u001b');
  });

  it('shows progress in a line of its own that is gone afterwards', async () => {
    const doctor = durableflowInTerminal(['--db', file, 'doctor'], 80);
    await doctor.ended;
    expect(doctor.raw()).toContain('checking the file …');
    expect(doctor.text()).not.toContain('checking the file …');
  });

  it('is quiet when the reader of a pipe has gone', async () => {
    const command = [process.execPath, '--import', loader, main, '--db', file, 'approvals', '--all'].map(shellWord).join(' ');
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', `${command} | head -1; echo "\${PIPESTATUS[0]}"`]);
    expect([stdout.split('\n')[0], stderr]).toEqual(['#1 open', '']);
  });
});

describe('completion in Bash', () => {
  it('completes commands and ids at Tab', async () => {
    const bin = join(folder, 'bin');
    await mkdir(bin);
    await writeFile(
      join(bin, 'durableflow'),
      `#!/bin/sh\nexec ${[process.execPath, '--import', loader, main].map(shellWord).join(' ')} "$@"\n`,
    );
    await chmod(join(bin, 'durableflow'), 0o755);
    const bash = openTerminal('bash', ['--norc', '--noprofile'], 120, {
      PATH: `${bin}:${process.env['PATH']}`,
      DURABLEFLOW_DB: file,
      PS1: '$ ',
    });
    await bash.shows('$');
    bash.press(`source <(durableflow completion bash); echo ready${keys.enter}`);
    await bash.shows(/^ready$/m);
    bash.press(`durableflow sho${keys.tab}`);
    await bash.shows('durableflow show');
    bash.press(`ticket${keys.tab}`);
    await bash.shows(`show ${longId}`);
    bash.press(keys.interrupt);
    await bash.shows(/\n\$$/);
    bash.press(`durableflow runs --status=fa${keys.tab}`);
    await bash.shows('--status=failed');
    bash.kill();
    await bash.ended;
  });
});
