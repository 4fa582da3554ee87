import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { History } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Prompts } from '../../sdk/cli/prompts.js';
import { Counter, Refund } from './support-app.js';
import { call, callJson, database, executesNothing, temporaryFolder } from './terminal.js';

interface JsonError {
  readonly error: { readonly code: string; readonly message: string };
}

const hostile = 'evil\u001b[2J\u009b\u202e';

let folder: string;
let file: string;
let other: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  file = await database(join(folder, 'app.db'), async (flow) => {
    await (await flow.start(Refund, { customer: hostile, cents: 5 }, { id: 'gate' })).settled();
    await (await flow.start(Refund, { customer: 'c', cents: 5, fails: true }, { id: 'broken' })).settled();
    await (await flow.start(Counter, { to: 2 }, { id: 'sum' })).result();
  });
  other = await database(join(folder, 'other.db'), async () => {});
});

const on = (...argv: string[]) => ['--db', file, ...argv];
const onOther = (...argv: string[]) => ['--db', other, ...argv];
const exported = (name = 'gate.json') => join(folder, name);

describe('export-history and import-history', () => {
  it('carry a run to another database, where it goes on', async () => {
    const { out, exit } = await call(on('export-history', 'gate', '--out', exported()));
    expect([out, exit]).toEqual([`The history of gate is in ${exported()}.\n`, 0]);
    const imported = await call(onOther('import-history', exported()));
    expect(imported).toEqual({ out: 'Run gate (refund v1) is here now; it is waiting.\n', err: '', exit: 0 });
    await call(onOther('approve', '1', '--by', 'bob'));
    await database(other, async (flow) => expect(await flow.run('gate').result()).toMatchObject({ refund: 're_5' }));
  });

  it('write the same to a file and to standard output, with --json and without', async () => {
    await call(on('export-history', 'gate', '--out', exported()));
    const text = await readFile(exported(), 'utf8');
    expect((await call(on('export-history', 'gate'))).out).toBe(text);
    expect((await call(on('export-history', 'gate', '--json'))).out).toBe(text);
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect((JSON.parse(text) as History).run.input).toContain('evil');
  });

  it('make a file that only its owner reads, and never overwrite one', async () => {
    await call(on('export-history', 'gate', '--out', exported()));
    expect((await stat(exported())).mode & 0o777).toBe(0o600);
    const before = await readFile(exported(), 'utf8');
    const { err, exit } = await call(on('export-history', 'sum', '--out', exported()));
    expect(exit).toBe(1);
    expect(err).toMatch(/^error \[CLI_FILE_FAILED\]: .* cannot be written: EEXIST.*\nfix: .*never overwritten\.\n$/);
    expect(await readFile(exported(), 'utf8')).toBe(before);
  });

  it.each(['gate', 'broken', 'sum'])('import %s as it was', async (id) => {
    const { data } = await callJson<History>(on('export-history', id));
    await writeFile(exported(), JSON.stringify(data));
    await call(onOther('import-history', exported()));
    const { data: copy } = await callJson<History>(onOther('export-history', id));
    expect(copy).toEqual(data);
  });

  it('refuse an unknown run, an id that is taken, and a file that is not there', async () => {
    expect((await callJson<JsonError>(on('export-history', 'nobody', '--out', exported()))).data.error.code).toBe('DF_UNKNOWN_RUN');
    expect(existsSync(exported())).toBe(false);
    await call(on('export-history', 'gate', '--out', exported()));
    expect((await callJson<JsonError>(on('import-history', exported()))).data.error.code).toBe('DF_INPUT_MISMATCH');
    expect((await callJson<JsonError>(on('import-history', exported(), '--id', ''))).data.error.code).toBe('DF_INVALID_INPUT');
    expect((await callJson<JsonError>(on('import-history', exported('none.json')))).data.error.code).toBe('CLI_FILE_FAILED');
    expect((await callJson<JsonError>(on('import-history', folder))).data.error.code).toBe('CLI_FILE_FAILED');
  });

  it.each([
    ['text', 'no history'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['another object', '{"format":"durableflow.history","formatVersion":1}'],
    ['a newer version', '{"format":"durableflow.history","formatVersion":2,"run":{}}', 'DF_FORMAT_NEWER'],
  ])('refuse %s', async (_what, text, code = 'DF_HISTORY_INVALID') => {
    await writeFile(exported(), text);
    const { data, exit } = await callJson<JsonError>(onOther('import-history', exported()));
    expect([data.error.code, exit]).toEqual([code, 1]);
    expect((await callJson<{ runs: unknown[] }>(onOther('runs'))).data.runs).toEqual([]);
  });
});

describe('prune', () => {
  const prune = (...argv: string[]) => on('prune', '--older-than', '0s', ...argv);
  const ids = async () => (await callJson<{ runs: { id: string }[] }>(on('runs'))).data.runs.map(({ id }) => id).toSorted();
  const choosing = (answer: string | undefined, asked: string[] = []) => ({
    asked,
    columns: 100,
    env: { NO_COLOR: '1' },
    prompts: { choose: async (question: string) => (asked.push(question), answer) } as unknown as Prompts,
  });

  it('counts with --dry-run, and deletes nothing', async () => {
    expect((await call(prune('--dry-run'))).out).toBe('2 runs would be deleted.\n');
    expect((await callJson(prune('--dry-run', '--status', 'failed'))).data).toEqual({ found: 1, deleted: 0 });
    expect(await ids()).toEqual(['broken', 'gate', 'sum']);
  });

  it('asks, and shows its progress', async () => {
    const terminal = choosing('yes');
    const { out, err, exit } = await call(prune(), terminal);
    expect(terminal.asked).toEqual(['Delete 2 runs for good?']);
    expect([out, exit]).toEqual(['2 runs deleted.\n', 0]);
    expect(err).toContain('2 of 2 runs deleted');
    expect(await ids()).toEqual(['gate']);
    expect((await call(prune())).out).toBe('There is nothing to delete.\n');
  });

  it.each(['no', undefined])('deletes nothing if the answer is %s', async (answer) => {
    expect((await call(prune(), choosing(answer))).out).toBe('Nothing was deleted.\n');
    expect(await ids()).toHaveLength(3);
  });

  it('needs --yes where nobody can be asked', async () => {
    const { data, exit } = await callJson<JsonError>(prune());
    expect([data.error.code, exit]).toEqual(['CLI_NO_TERMINAL', 2]);
    expect(await ids()).toHaveLength(3);
    expect((await callJson(prune('--yes', '--status', 'completed'))).data).toEqual({ found: 1, deleted: 1 });
    expect(await ids()).toEqual(['broken', 'gate']);
  });

  it('keeps what is not old enough, and what has not ended', async () => {
    await database(file, (flow) => flow.start(Counter, { to: 1 }, { id: 'left' }), executesNothing);
    expect((await callJson(on('prune', '--older-than', '1h', '--yes'))).data).toEqual({ found: 0, deleted: 0 });
    await call(prune('--yes'));
    expect(await ids()).toEqual(['gate', 'left']);
  });
});
