import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { StubTarget } from '../../examples/target-planner/stub-target.js';
import { Planner, startProxy, type PlannerTarget } from '../../sdk/planner/index.js';
import { loadInWords, printFigures } from './print-figures.js';

/** What the proxy adds to a call, in milliseconds. */
export interface ProxyOverhead {
  readonly directP50: number;
  readonly proxiedP50: number;
  readonly overheadP50: number;
  readonly overheadP99: number;
  /** Of the processor, on the average; where others work as well, the clock counts their turns. */
  readonly overheadCpu: number;
}

const target = (baseUrl: string): PlannerTarget => ({
  id: 'stub', name: 'Stub', tier: 'economy', model: 'stub', privacy: 'public', region: 'eu', prices: { input: 1, output: 2 }, api: 'openai',
  baseUrl, apiKeyEnv: undefined, enabled: true, capabilities: ['streaming'], contextWindow: 32_000, maxOutputTokens: 1000,
  latencyPrior: { p50Ms: 10, p95Ms: 50 },
}); // prettier-ignore

interface Served {
  readonly direct: OpenAI;
  readonly proxied: OpenAI;
}

/** A planner on a file, its proxy, and a stub that both ways lead to. */
async function withProxy<T>(work: (clients: Served) => Promise<T>, delayMs = 0): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-bench-'));
  try {
    await using stub = await StubTarget.start({ model: 'stub', answer: () => 'Hello, and a good day to you.', delayMs });
    await using planner = await Planner.open({ targets: [target(stub.baseUrl)], file: join(folder, 'planner.db') });
    await using proxy = await startProxy(planner);
    const options = { apiKey: 'none', maxRetries: 0 };
    return await work({
      direct: new OpenAI({ ...options, baseURL: stub.baseUrl }),
      proxied: new OpenAI({ ...options, baseURL: `${proxy.url}/v1` }),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rounds until the code is compiled. */
const warmUp = 1500;

const messages = [{ role: 'user' as const, content: 'Say something kind.' }];

/** One request at a time, directly and through the proxy in turn, to the same stub in this process. */
export function proxyOverhead(rounds = 500): Promise<ProxyOverhead> {
  return withProxy(async ({ direct, proxied }) => {
    const time = async (client: OpenAI) => {
      const began = performance.now();
      await client.chat.completions.create({ model: 'auto', messages, max_tokens: 50 });
      return performance.now() - began;
    };
    const [directly, through]: [number[], number[]] = [[], []];
    let cpu = 0;
    for (let round = -warmUp; round < rounds; round++) {
      const start = process.cpuUsage();
      const one = await time(direct);
      const between = process.cpuUsage(start);
      const two = await time(proxied);
      const both = process.cpuUsage(start);
      if (round < 0) continue;
      directly.push(one);
      through.push(two);
      cpu += both.user + both.system - 2 * (between.user + between.system);
    }
    const [directP50, proxiedP50] = [quantile(directly, 0.5), quantile(through, 0.5)];
    return {
      directP50,
      proxiedP50,
      overheadP50: proxiedP50 - directP50,
      overheadP99: quantile(through, 0.99) - quantile(directly, 0.99),
      overheadCpu: cpu / 1000 / rounds,
    };
  });
}

/** So many streams at once, each held open by its stub for a while; how many came whole, after how long, with how much memory. */
export function concurrentStreams(
  streams = 500,
  holdMs = 500,
): Promise<{ readonly whole: number; readonly seconds: number; readonly heapMb: number }> {
  return withProxy(async ({ proxied }) => {
    const before = process.memoryUsage().heapUsed;
    const began = performance.now();
    let most = 0;
    const sampler = setInterval(() => (most = Math.max(most, process.memoryUsage().heapUsed)), 20);
    const read = async () => {
      let text = '';
      for await (const { choices } of await proxied.chat.completions.create({ model: 'auto', messages, max_tokens: 50, stream: true }))
        text += choices[0]?.delta.content ?? '';
      return text === 'Hello, and a good day to you.';
    };
    const whole = (await Promise.all(Array.from({ length: streams }, read))).filter(Boolean).length;
    clearInterval(sampler);
    return { whole, seconds: (performance.now() - began) / 1000, heapMb: (most - before) / 2 ** 20 };
  }, holdMs);
}

const quantile = (values: number[], share: number) => values.toSorted((a, b) => a - b)[Math.floor(values.length * share)]!;

/** `npm run bench -- planner-proxy` */
export async function printProxy(): Promise<void> {
  const { directP50, proxiedP50, overheadP50, overheadP99, overheadCpu } = await proxyOverhead();
  const streams = 500;
  const { whole, seconds, heapMb } = await concurrentStreams(streams);
  printFigures(`The proxy; the floor is the same call directly to the stub; ${loadInWords()}`, [
    { what: 'a call, p50', figure: `${proxiedP50.toFixed(2)} ms`, floor: `${directP50.toFixed(2)} ms`, ratio: proxiedP50 / directP50, aim: '3 ms more', reached: overheadP50 < 3 },
    { what: 'what it adds at p99', figure: `${overheadP99.toFixed(2)} ms` },
    { what: 'what it adds of the processor', figure: `${overheadCpu.toFixed(2)} ms` },
    { what: `${streams} streams at once, each held for half a second`, figure: `${seconds.toFixed(1)} s`, floor: '0.5 s', ratio: seconds / 0.5, aim: 'all whole', reached: whole === streams },
    { what: 'heap for them at the most', figure: `${heapMb.toFixed(0)} MiB`, aim: '400 MiB', reached: heapMb < 400 },
  ]); // prettier-ignore
}
