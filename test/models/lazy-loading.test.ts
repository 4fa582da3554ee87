import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

/** Writes down every module that is loaded. */
const hook = `
  import { register } from 'node:module';
  import { MessageChannel } from 'node:worker_threads';
  const { port1, port2 } = new MessageChannel();
  globalThis.loaded = [];
  port1.on('message', (url) => globalThis.loaded.push(url)).unref();
  const source = 'let port; export const initialize = (data) => { port = data.port; };'
    + 'export const load = (url, context, next) => { port.postMessage(url); return next(url, context); };';
  register('data:text/javascript,' + encodeURIComponent(source), { data: { port: port2 }, transferList: [port2] });
`;

describe('importing the SDK', () => {
  it('loads no provider, no framework, no tokenizer, no zod and no OpenTelemetry, nor does making a client', async () => {
    const script = `
      const { anthropic, openAiCompatible, routeModels, loadTokenizer } = await import(${JSON.stringify(new URL('../../sdk/index.ts', import.meta.url).href)});
      const clients = [anthropic({ model: 'a', apiKey: 'x' }), openAiCompatible({ model: 'b', apiKey: 'x' })];
      routeModels({ targets: clients.map((client) => ({ client })), budget: { day: 1 } });
      const heavy = async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        const names = globalThis.loaded.map((url) => /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1]);
        return ['@anthropic-ai/sdk', 'openai', 'gpt-tokenizer', 'natural', 'zod', '@google/adk', 'ai', '@opentelemetry/api', 'better-sqlite3'].filter((name) => names.includes(name));
      };
      const before = await heavy();
      await loadTokenizer();
      await import(${JSON.stringify(new URL('../../sdk/agent/ai-sdk/index.ts', import.meta.url).href)});
      await import(${JSON.stringify(new URL('../../sdk/otel/index.ts', import.meta.url).href)});
      console.log(JSON.stringify([before, await heavy()]));
    `;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--import', `data:text/javascript,${encodeURIComponent(hook)}`, '--input-type=module', '-e', script],
      { cwd: fileURLToPath(new URL('../..', import.meta.url)) },
    );
    // The second list shows that the hook would have seen it.
    expect(JSON.parse(stdout)).toEqual([['better-sqlite3'], ['gpt-tokenizer', '@opentelemetry/api', 'better-sqlite3']]);
  });
});
