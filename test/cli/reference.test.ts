import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../sdk/cli/exit-codes.js';
import { processIo } from '../../sdk/cli/process-io.js';
import { buildProgram } from '../../sdk/cli/program.js';
import { renderReference } from './render-reference.js';
import { Counter, Refund } from './support-app.js';
import { callJson, database, executesNothing, temporaryFolder } from './terminal.js';

const page = fileURLToPath(new URL('../../docs/cli.md', import.meta.url));
const [begin, end] = ['<!-- commands: UPDATE_DOCS=1 npx vitest run test/cli/reference.test.ts writes them anew -->', '<!-- /commands -->'];

describe('docs/cli.md', () => {
  it('holds every command and option of the program', async () => {
    const text = await readFile(page, 'utf8');
    const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
    const reference = `\n\n${renderReference(buildProgram(processIo()).program)}\n\n`;
    if (process.env['UPDATE_DOCS']) await writeFile(page, text.slice(0, from) + reference + text.slice(to));
    else expect(text.slice(from, to)).toBe(reference);
  });

  it('lists the exit codes', async () => {
    const text = await readFile(page, 'utf8');
    for (const { code, meaning } of Object.values(exitCodes)) expect(text).toMatch(new RegExp(`\\| ${code} +\\| ${escape(meaning)} `));
  });

  it('names every error code of the command line', async () => {
    const text = await readFile(page, 'utf8');
    const source = await readFile(fileURLToPath(new URL('../../sdk/cli/cli-error.ts', import.meta.url)), 'utf8');
    for (const [, code] of source.matchAll(/^ {2}(CLI_\w+):/gm)) expect(text).toContain(`\`${code}\``);
  });

  it('names every kind of finding of the doctor', async () => {
    const text = await readFile(page, 'utf8');
    const source = await readFile(fileURLToPath(new URL('../../sdk/cli/findings.ts', import.meta.url)), 'utf8');
    const kinds = [...source.matchAll(/(?:kind: |attention\()'([\w.]+)'/g)].map(([, kind]) => kind!);
    const [, listed = ''] = /\| Finding .*\n((?:\|.*\n)+)/.exec(text) ?? [];
    expect([...listed.matchAll(/^\| `(.+?)`/gm)].map(([, kind]) => kind!).toSorted()).toEqual(kinds.toSorted());
    expect(kinds.length).toBeGreaterThan(10);
  });

  it('names every field that --json prints', async () => {
    const text = await readFile(page, 'utf8');
    const file = await database(join(await temporaryFolder(), 'app.db'), async (flow) => {
      flow.register(Counter, () => new Counter(), { queue: { rate: { max: 9, per: '1s' } } });
      await flow.schedule(Counter, { id: 'nightly', cron: '0 3 * * *' }, { to: 1 });
      await (await flow.start(Refund, { customer: 'c-1', cents: 1 }, { id: 'gate' })).settled();
      await (await flow.start(Refund, { customer: 'c-1', cents: 2 }, { id: 'done' })).settled();
      await flow.approve(2, { by: 'bob' });
      await flow.run('done').result();
    });
    await database(file, (flow) => flow.start(Refund, { customer: 'c-1', cents: 3, fails: true }, { id: 'left' }), executesNothing);
    const app = fileURLToPath(import.meta.url);
    const calls = [
      ['runs'], ['show', 'done'], ['show', 'gate'], ['approvals', '--all'], ['approve', '1'], ['cancel', 'gate'], ['recover', '--app', app], ['show', 'left'], ['show', 'nobody'],
      ['diff', 'done', 'left'], ['rerun', 'left'], ['fork', 'done', '--from', '1', '--app', app], ['signal', 'left#2', 'paid'], ['queue'], ['schedules'], ['doctor'], ['prune', '--older-than', '0s', '--dry-run'],
    ]; // prettier-ignore
    for (const argv of calls) {
      const { data } = await callJson(['--db', file, ...argv]);
      for (const field of fieldsOf(data)) expect(text, `after ${argv[0]}`).toContain(`\`${field}\``);
    }
  });
});

const escape = (text: string) => text.replace(/[()|]/g, String.raw`\$&`);

/** Values of the workflow itself, whose fields are its own affair. */
const opaque = new Set(['input', 'output', 'value', 'args', 'counts', 'attributes', 'details', 'payload']);

function fieldsOf(data: unknown): string[] {
  if (Array.isArray(data)) return data.flatMap(fieldsOf);
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) => [key, ...(opaque.has(key) ? [] : fieldsOf(value))]);
}
