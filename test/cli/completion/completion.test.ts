import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { shellScripts } from '../../../sdk/cli/completion/shell-scripts.js';
import { wordsOfLine } from '../../../sdk/cli/completion/words-of-line.js';
import { Board, Refund } from '../support-app.js';
import { call, database, temporaryFolder } from '../terminal.js';

let file: string;

beforeAll(async () => {
  file = await database(join(await temporaryFolder(), 'app.db'), async (flow) => {
    for (const id of ['ticket:17', 'ticket 18', "ticket'19", 'ticket\u202e20'])
      await (await flow.start(Refund, { customer: 'c-1', cents: id.length }, { id })).settled();
    await (await flow.start(Board, undefined, { id: 'board' })).settled();
  });
});

async function complete(words: readonly string[], env: Record<string, string> = { DURABLEFLOW_DB: file }): Promise<string[]> {
  const { out, err, exit } = await call(['complete-words', 'zsh', '--', ...words], { env });
  expect([err, exit]).toEqual(['', 0]);
  return out.trimEnd().split('\n');
}

const wordsOf = async (...words: string[]) => (await complete(words)).slice(1).map((line) => line.split('\t')[0]);

describe('completion', () => {
  it('completes commands, with what they do, and those below a command', async () => {
    expect(await complete(['appr'])).toEqual([
      'words',
      'approvals\tList the approvals that wait for a decision.',
      'approve\tSay yes to an approval.',
    ]);
    expect(await wordsOf('colony', '')).toEqual(expect.arrayContaining(['real', 'compat']));
    expect(await wordsOf('')).not.toContain('complete-words');
  });

  it('completes options, their choices in both spellings, and leaves files to the shell', async () => {
    expect(await wordsOf('runs', '--')).toEqual(expect.arrayContaining(['--status', '--workflow', '--db', '--json']));
    expect(await wordsOf('runs', '--status', 'c')).toEqual(['completed', 'cancelled']);
    expect(await wordsOf('runs', '--status=fa')).toEqual(['--status=failed']);
    expect(await complete(['resume', 'x', '--app', ''])).toEqual(['files']);
    expect(await complete(['colony', '--out', ''])).toEqual(['folders']);
  });

  it('completes what the file holds: runs, open approvals, workflows, signals; nothing that a shell would obey', async () => {
    expect(await wordsOf('show', 'ticket')).toEqual(["ticket'19", 'ticket 18', 'ticket:17']);
    expect(await wordsOf('show', 'ticket:17', '')).toEqual([]);
    expect(await complete(['approve', '1'])).toEqual(['words', '1\tRefund 9 to c-1']);
    expect(await wordsOf('runs', '--workflow', '')).toEqual(['board', 'refund']);
    expect(await complete(['--db', file, 'show', 'bo'], {})).toEqual(['words', 'board\tboard, waiting']);
  });

  it('is silent about a file that is not there or is none', async () => {
    for (const db of ['/nowhere/app.db', import.meta.filename])
      expect(await complete(['show', ''], { DURABLEFLOW_DB: db })).toEqual(['words']);
    expect(await complete(['show', ''], {})).toEqual(['words']);
  });

  it('answers Bash with what stands after its own break, quoted', async () => {
    const bash = async (line: string, replaced: string) =>
      (await call(['complete-words', 'bash', '--', line, replaced], { env: { DURABLEFLOW_DB: file } })).out.trimEnd().split('\n');
    expect(await bash('durableflow show ticket:', '')).toEqual(['words', '17']);
    expect(await bash('durableflow show tick', 'tick')).toEqual(['words', String.raw`'ticket'\''19'`, "'ticket 18'", 'ticket:17']);
    expect(await bash('durableflow runs --status=re', 're')).toEqual(['words', 'rejected']);
  });

  it('reads a line as a shell does', () => {
    expect(wordsOfLine(String.raw`durableflow show 'a b' c\ d "e'f" ''  g`)).toEqual(['durableflow', 'show', 'a b', 'c d', "e'f", '', 'g']);
    expect(wordsOfLine("durableflow show 'a b")).toEqual(['durableflow', 'show', 'a b']);
    expect(wordsOfLine('durableflow ')).toEqual(['durableflow', '']);
  });

  it('prints a script for each shell, which Bash can read twice, and refuses others', async () => {
    for (const shell of ['bash', 'zsh', 'fish'] as const) expect((await call(['completion', shell])).out).toBe(shellScripts[shell]);
    const script = `${shellScripts.bash}${shellScripts.bash}complete -p durableflow`;
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe('complete -F _durableflow durableflow\n');
    expect((await call(['completion', 'tcsh'])).exit).toBe(2);
  });
});
