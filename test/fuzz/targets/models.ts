import { anthropic, openAiCompatible, type ModelClient } from 'durableflow';
import type { FuzzTarget } from '../fuzz-target.js';
import { AnswerServer } from './answer-server.js';

const events = (...pieces: readonly object[]) => pieces.map((it) => `data: ${JSON.stringify(it)}\n\n`).join('');
const delta = (index: number, part: object) => ({ type: 'content_block_delta', index, delta: part });

const openAiStream = `${events(
  { id: 'c', model: 'm', choices: [{ index: 0, delta: { role: 'assistant', content: 'Hel' } }] },
  {
    id: 'c',
    model: 'm',
    choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }] } }],
  },
  { id: 'c', model: 'm', choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] } }] },
  { id: 'c', model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
  {
    id: 'c',
    model: 'm',
    choices: [],
    usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12, prompt_tokens_details: { cached_tokens: 1 } },
  },
)}data: [DONE]\n\n`;

const anthropicStream = [
  { type: 'message_start', message: { id: 'm', type: 'message', role: 'assistant', model: 'c', content: [], stop_reason: null, usage: { input_tokens: 2, output_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  delta(0, { type: 'text_delta', text: 'Hello' }),
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 't', name: 'f', input: {} } },
  delta(1, { type: 'input_json_delta', partial_json: '{"x":1}' }),
  { type: 'content_block_stop', index: 1 },
  { type: 'content_block_start', index: 2, content_block: { type: 'thinking', thinking: '', signature: '' } },
  delta(2, { type: 'thinking_delta', thinking: 'hm' }),
  { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
].map((it) => `event: ${it.type}\ndata: ${JSON.stringify(it)}\n\n`).join(''); // prettier-ignore

export const openAiSeeds = [
  openAiStream,
  '{"id":"c","model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hello.","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\\"x\\":1}"}}]}}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}',
  '{"error":{"message":"overloaded","type":"server_error","code":"rate_limit_exceeded"}}',
];
export const anthropicSeeds = [
  anthropicStream,
  '{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"Hi"},{"type":"tool_use","id":"t","name":"f","input":{"x":1}}],"stop_reason":"end_turn","usage":{"input_tokens":2,"output_tokens":1}}',
  'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"no"}}\n\n',
];
const words = [
  'data: ',
  'event: ',
  '\n\n',
  '[DONE]',
  '"index":"__proto__"',
  '"index":4000000000',
  '"index":-1',
  '"finish_reason":"constructor"',
  '"content":[]',
  '"delta":null',
  '"usage":null',
  ': ping\n\n',
  'retry: 1\n',
  'id: 1\n',
];

/** What a model answers, as our clients read it: at once and streamed. */
const reading = (seeds: readonly string[], clientAt: (url: string) => ModelClient): FuzzTarget => ({
  seeds: () => seeds,
  words,
  async open() {
    const server = await AnswerServer.open();
    const client = clientAt(server.url);
    return async (input) => {
      server.next = input;
      const request = { messages: [{ role: 'user', content: 'Hi' }], maxTokens: 10 } as const;
      if (server.answer.type === 'application/json') return client.complete(request);
      const pieces: unknown[] = [];
      for await (const piece of client.stream(request)) pieces.push(piece);
      return pieces;
    };
  },
});

export const openAi = reading(openAiSeeds, (url) => openAiCompatible({ model: 'm', apiKey: 'none', baseURL: `${url}/v1` }));

export const anthropicAnswers = reading(anthropicSeeds, (url) => anthropic({ model: 'c', apiKey: 'none', baseURL: url }));
