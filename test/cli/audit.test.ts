import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { candidates, contextBudget, credit, DurableFlow, scriptedModel, step, workflow, type Selection } from 'durableflow';
import { expect, it } from 'vitest';
import { tempFolder } from '../fixtures/temp-folder.js';
import { call } from './terminal.js';

@workflow({ name: 'desk' })
class Desk {
  run(question: string) {
    return this.answer(question, candidates([{ id: 'hours', text: 'We open at nine.' }, { id: 'evil\u001b[2J', text: 'x '.repeat(400) }])); // prettier-ignore
  }

  @step()
  @contextBudget({ maxTokens: 200, reserve: 100, query: (question) => question })
  async answer(question: string, context: Selection) {
    const content = `${question} ${context.selected.map(({ text }) => text).join()}`;
    credit(context.selected.map(({ id }) => id));
    return (await scriptedModel(['At nine.']).complete({ messages: [{ role: 'user', content }], maxTokens: 20 })).text;
  }
}

async function database(): Promise<string> {
  const file = join(tempFolder(), 'app.db');
  const flow = await DurableFlow.open(file);
  flow.register(Desk, () => new Desk());
  await (await flow.start(Desk, 'When do you open?', { id: 'r-1' })).result();
  await flow.close();
  return file;
}

it('tells of a run in words, as JSON, as a page and in the words of others, and which runs knew something', async () => {
  const db = await database();
  const words = await call(['--db', db, 'audit', 'r-1']);
  expect(words.exit).toBe(0);
  expect(words.out).not.toContain('\u001b[2J');
  for (const sentence of [
    /knew +2 pieces of material: 1 credited, 1 rejected/,
    /asked +1 call to models, 1 answered: [\d,]+ tokens in, \d+ out, \$0\.00/,
    /argument 0: the run's input/,
    /1 of 2 items selected, \d+ tokens; a prompt may have 200, 100 of them kept/,
    /hours +credited/,
    /evil\\x1b\[2J +rejected .* longer than one item may be/,
    /asked scripted \(scripted\) answered after/,
  ])
    expect(words.out).toMatch(sentence);

  const json = JSON.parse((await call(['--db', db, '--json', 'audit', 'r-1'])).out) as { audit: { totals: { modelCalls: number } } };
  expect(json.audit.totals.modelCalls).toBe(1);

  const page = join(tempFolder(), 'audit.html');
  expect((await call(['--db', db, 'audit', 'r-1', '--html', page])).exit).toBe(0);
  expect(await readFile(page, 'utf8')).toContain('<svg');
  expect(await call(['--db', db, 'audit', 'r-1', '--html', page])).toMatchObject({
    exit: 1,
    err: expect.stringContaining('cannot be written'),
  });

  const lines = (await call(['--db', db, 'audit', 'r-1', '--export', 'openlineage'])).out.trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { eventType: string }).eventType)).toEqual(['START', 'START', 'COMPLETE', 'COMPLETE']);
  const spans = (await call(['--db', db, 'audit', 'r-1', '--export', 'otel'])).out.trim().split('\n');
  expect(JSON.parse(spans[0]!)).toMatchObject({ attributes: { 'gen_ai.operation.name': 'chat' } });

  expect((await call(['--db', db, 'audit', '--artifact', 'hours'])).out).toMatch(/r-1 +0 +answer +credited/);
  expect((await call(['--db', db, 'audit', '--digest', 'unknown'])).out).toContain('No run on record had it.');
});

it('refuses what it cannot do', async () => {
  const db = await database();
  expect((await call(['--db', db, 'audit'])).exit).toBe(2);
  expect((await call(['--db', db, 'audit', 'r-1', '--artifact', 'hours'])).exit).toBe(2);
  expect(await call(['--db', db, 'audit', 'r-9'])).toMatchObject({ exit: 1, err: expect.stringContaining('DF_UNKNOWN_RUN') });
});
