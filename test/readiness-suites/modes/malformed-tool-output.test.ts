import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { malformedToolOutput, reachedNothing } from '../../../readiness-suites/modes/malformed-tool-output.js';
import { grown, markerOf, otherTop, spoil, wrongLeaves } from '../../../readiness-suites/modes/spoilt-answers.js';
import type { Variant } from '../../../readiness-suites/mode.js';
import type { ToolCall } from '../../../readiness-suites/world/fault.js';
import { call, prompt, refund, sceneOf, seen } from '../hand-made.js';

const customer = { id: 'c-7', name: 'Ann', notes: 'it had cost 1200 cents' };
const scene = sceneOf({ tools: [call({ answer: customer }), refund()], prompts: [prompt('My order 7 arrived broken')] });
const marker = markerOf(1);

function variants(it = scene): readonly Variant[] {
  const all = malformedToolOutput.variants(it);
  if ('none' in all) throw new Error(all.none);
  return all;
}
const variant = (id: string) => variants().find((it) => it.id === id)!;

describe('malformed tool output', () => {
  it('has a variant for each form, one in which only the first answer is wrong, and one at an effect', () => {
    expect(variants().map(({ id }) => id)).toEqual([
      'crm.customer-truncated',
      'crm.customer-wrong-leaves',
      'crm.customer-wrong-top',
      'crm.customer-other-shape',
      'crm.customer-html-error-page',
      'crm.customer-utf-16',
      'crm.customer-null',
      'crm.customer-50-megabytes',
      'crm.customer-wrong-leaves-once',
      'crm.refund-html-error-page',
    ]);
  });

  it('does not take text for malformed where text is what the tool answers with', () => {
    const ids = variants(sceneOf({ tools: [call({ answer: 'a text' }), refund()], prompts: [] })).map(({ id }) => id);
    expect(ids).not.toContain('crm.customer-html-error-page');
    expect(ids).toContain('crm.customer-null');
  });

  it('spoils what goes over the wire where an endpoint is asked', () => {
    const ids = variants(sceneOf({ tools: [call({ tool: 'api GET /customers', answer: customer }), refund()], prompts: [] })).map(
      ({ id }) => id,
    );
    expect(ids).toEqual(expect.arrayContaining(['api GET /customers-cut', 'api GET /customers-content-length']));
    expect(ids).not.toContain('api GET /customers-truncated');
    const reply = { status: 200, headers: {}, body: Buffer.from('{"id":"c-7"}') };
    expect(spoil(reply, 'cut')).toMatchObject({ cutAfter: 6, headers: { 'content-length': '12' } });
    expect(spoil(reply, 'content_length').headers).toEqual({ 'content-length': '6' });
  });

  it('fires at the tool that it names, always or once', () => {
    const asked = (id: string, over: Partial<ToolCall>) =>
      variant(id).plan('naked', 1).fault.tool!({ name: 'crm.customer', kind: 'read', args: [], key: undefined, nth: 1, life: 1, ...over });
    expect(asked('crm.customer-truncated', {})).toMatchObject({ kind: 'failure', name: 'SyntaxError' });
    expect(asked('crm.customer-truncated', { name: 'crm.refund' })).toBeUndefined();
    expect(asked('crm.customer-wrong-leaves', { nth: 2 })).toBeDefined();
    expect(asked('crm.customer-wrong-leaves-once', { nth: 2 })).toBeUndefined();
  });

  it.each([
    ['in an effect', { tools: [refund(marker)] }],
    ['in an effect, somewhere', { tools: [call({ ...refund(), values: [{ text: [`… ${marker}`] }] })] }],
    ['in a prompt, without a word of warning', { prompts: [prompt(`Notes: ${marker}`)] }],
    ['in a prompt, with a warning behind it', { prompts: [prompt(`${marker} (invalid)`)] }],
    ['in a prompt, in the wrong encoding', { prompts: [prompt(`Notes: ${marker.split('').join('\\u0000')}`)] }],
  ])('finds malformed data %s', (_where, over) => {
    expect(reachedNothing(seen(over), 'crm.customer').passed).toBe(false);
  });

  it('accepts it in a prompt that says what it is', () => {
    const labelled = prompt(`The tool returned something malformed: ${marker}`);
    const marked = prompt('', {
      request: { messages: [{ role: 'tool', toolCallId: '1', content: marker, isError: true }], maxTokens: 10 },
    });
    expect(reachedNothing(seen({ prompts: [labelled, marked] }), 'crm.customer').passed).toBe(true);
  });

  it('demands the work where only the first answer was wrong, and an end where all were', () => {
    const gaveUp = seen({ end: 'threw', arm: 'naked' });
    expect(variant('crm.customer-wrong-leaves').judge(gaveUp).passed).toBe(true);
    expect(variant('crm.customer-wrong-leaves-once').judge(gaveUp)).toMatchObject({ passed: false });
    expect(variant('crm.customer-wrong-leaves-once').judge(seen({ tools: [refund()] }))).toMatchObject({ passed: true });
    expect(variant('crm.customer-wrong-leaves').judge(seen({ end: 'hung' })).passed).toBe(false);
  });

  it('lets a huge field be used, within what a prompt may have', () => {
    const judge = variant('crm.customer-50-megabytes').judge;
    expect(judge(seen({ prompts: [prompt('', { tokens: 1999 })] })).passed).toBe(true);
    expect(judge(seen({ prompts: [prompt('', { tokens: 12_000_000 })] }))).toEqual({
      passed: false,
      reason: 'sent a prompt of 12,000,000 tokens; 2,000 are the most',
    });
  });

  it('can not be tried where nothing is read', () => {
    expect(malformedToolOutput.variants(sceneOf({ tools: [refund()] }))).toEqual({ none: 'no tool was read from' });
  });
});

describe('a corpus of malformed answers', () => {
  const withCorpus = (content: string) => {
    const file = join(mkdtempSync(join(tmpdir(), 'corpus-')), 'own.json');
    writeFileSync(file, content);
    return sceneOf({ tools: [call({ answer: customer }), refund()] }, { corpus: [file] });
  };
  const entry = (over: object) =>
    JSON.stringify({
      malformed: [{ id: 'ours', title: 'ours', technique: 'As it was in May.', answer: { kind: 'text', text: '<x>{{marker}}' }, ...over }],
    });

  it('is added to the built-in one', () => {
    expect(variants(withCorpus(entry({}))).map(({ id }) => id)).toContain('crm.customer-ours');
  });

  it.each([
    ['is no JSON', '{'],
    ['has a field that is unknown', '{ "malforms": [] }'],
    ['has an entry without a marker', entry({ answer: { kind: 'text', text: 'x' } })],
    ['has an entry that warns of itself', entry({ answer: { kind: 'text', text: 'error: {{marker}}' } })],
    ['has an id that is taken', entry({ id: 'truncated' })],
  ])('is refused if it %s', (_what, content) => {
    expect(() => malformedToolOutput.variants(withCorpus(content))).toThrow(expect.objectContaining({ code: 'DF_READINESS_SUITE' }));
  });
});

describe('spoilt answers', () => {
  it('have another type in every place', () => {
    expect(wrongLeaves({ id: 'a', n: 1, ok: true, list: [{ at: new Date(0) }], none: null }, 'm')).toEqual({
      id: ['m'],
      n: 'm',
      ok: 'm',
      list: [{ at: ['m'] }],
      none: ['m'],
    });
    expect(otherTop([1, 2], 'm')).toEqual({ m: 2, items: 'm' });
    expect(otherTop({ id: 1 }, 'm')).toEqual(['m']);
  });

  it('grow in their longest text', () => {
    expect(grown({ id: 'c-7', deep: [{ notes: 'quite long' }], n: 1 }, '…')).toEqual({
      id: 'c-7',
      deep: [{ notes: 'quite long …' }],
      n: 1,
    });
    expect(grown(7, '…')).toBe('…');
  });
});
