import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateTokens } from '../../../sdk/context/token-counter.js';
import { tokenMeasure } from '../../../sdk/context/token-measure.js';
import type { ChatRequest } from '../../../sdk/planner/chat.js';
import { taskClasses } from '../../../sdk/planner/plan.js';
import { askedOutput, needsOf } from '../../../sdk/planner/planning/needs.js';
import { PromptCount } from '../../../sdk/planner/planning/prompt-count.js';
import { taskClassOf } from '../../../sdk/planner/planning/task-class.js';
import { ask } from './planner-world.js';

const measure = await tokenMeasure(estimateTokens);

/** What clients may send in place of a request: anything, with the names that the planner reads in odd places. */
const name = fc.constantFrom(
  'messages',
  'content',
  'role',
  'text',
  'type',
  'tools',
  'response_format',
  'max_tokens',
  'n',
  'stream',
  'image_url',
  'model',
);
const odd = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, undefined, true, -1, 0, Infinity, Number.NaN, '', 'user', 'system', 'text', 'image_url', '```', 'summarize', '\ud800'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 5 }),
  ),
})).value as fc.Arbitrary<ChatRequest>; // prettier-ignore

describe('the class of a task', () => {
  it.each<[string, ChatRequest]>([
    ['json_extraction', ask('Write a function', { response_format: { type: 'json_schema' } })],
    ['code', ask('What is wrong here?\n```js\nlet a = 1\n```')],
    ['code', ask('Please write a Python function that adds two numbers')],
    ['code', ask('Fix the bug in this SQL query: select * form t')],
    ['summarization', ask('Summarise the following mail: Dear all, …')],
    ['summarization', ask('tl;dr?')],
    [
      'summarization',
      {
        model: 'auto',
        messages: [
          { role: 'system', content: 'You summarize tickets.' },
          { role: 'user', content: 'The bike is broken.' },
        ],
      },
    ],
    ['chat', ask('What is the capital of Germany?')],
    ['chat', ask('Write a letter to the post office in which I praise the code of conduct.')],
    ['chat', { model: 'auto', messages: [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, { type: 'image_url' }] }] }],
    ['other', { model: 'auto', messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }],
    ['other', { model: 'auto', messages: [] }],
  ])('is %s', (expected, request) => {
    expect(taskClassOf(request)).toBe(expected);
  });

  it('is that of a JSON extraction if the answer has to fit a schema', () => {
    expect(taskClassOf(ask('Summarize this'), { type: 'json_schema', schema: {} })).toBe('json_extraction');
    expect(taskClassOf(ask('Summarize this'), { type: 'json' })).toBe('summarization');
  });

  it('is found for any body, as its needs, its bounds and its size are', () => {
    const count = new PromptCount(measure);
    fc.assert(
      fc.property(odd, (request) => {
        expect(taskClasses).toContain(taskClassOf(request));
        expect(taskClassOf(request)).toBe(taskClassOf(structuredClone(request)));
        expect(needsOf(request).length).toBeLessThanOrEqual(4);
        expect(askedOutput(request).choices).toBeGreaterThanOrEqual(1);
        expect(Number.isFinite(count.size(request).tokens)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('takes no time with texts that are made to take some', () => {
    const started = performance.now();
    for (const text of [
      'write '.repeat(100_000),
      'explain a '.repeat(50_000),
      ' '.repeat(500_000),
      '`'.repeat(400_000),
      'tl'.repeat(200_000),
    ])
      taskClassOf(ask(text));
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('what a request needs', () => {
  it('is what it would be useless without', () => {
    const request = ask('', { stream: true, tools: [{}], response_format: { type: 'json_schema' } });
    expect(needsOf(request)).toEqual(['tools', 'json_schema', 'streaming']);
    expect(needsOf({ model: '', messages: [{ role: 'user', content: [{ type: 'image_url' }] }] })).toEqual(['vision']);
    expect(needsOf(ask('', { tools: [], stream: false, response_format: { type: 'json_object' } }))).toEqual([]);
  });

  it('is no more output than it asks for', () => {
    expect(askedOutput(ask('', { max_tokens: 10, max_completion_tokens: 20, n: 3 }))).toEqual({ perChoice: 20, choices: 3 });
    expect(askedOutput(ask('', { max_tokens: -1, n: 0 }))).toEqual({ perChoice: undefined, choices: 1 });
  });
});

describe('the size of a prompt', () => {
  it('counts all that is sent: every message, what is beside its text, tools and the schema', () => {
    const count = new PromptCount(measure);
    const bare = count.size(ask('Hello')).tokens;
    const more: readonly ChatRequest[] = [
      ask('Hello, you'),
      ask('Hello', { tools: [{ name: 'find' }] }),
      ask('Hello', { response_format: { type: 'json_schema', json_schema: { a: 1 } } }),
      { model: '', messages: [...ask('Hello').messages, { role: 'assistant', content: null, tool_calls: [{ id: 'a' }] }] },
      {
        model: '',
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Hello' },
              { type: 'input_audio', data: 'abcdefghi' },
            ],
          },
        ],
      },
    ];
    for (const request of more) expect(count.size(request).tokens).toBeGreaterThan(bare);
    const picture = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(100_000)}` } };
    expect(count.size({ model: '', messages: [{ role: 'user', content: [picture] }] }).tokens).toBeLessThan(5000);
  });
});
