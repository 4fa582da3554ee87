import { join } from 'node:path';
import { DurableFlowError } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { parseConfig, readConfig, type ConfigProblem } from '../../../sdk/planner/config/read-config.js';
import { errorCode } from '../../fixtures/rejection.js';
import { projectRoot } from '../../docs/code-blocks.js';

function problemsIn(text: string): string[] {
  try {
    parseConfig(text);
  } catch (error) {
    if (!(error instanceof DurableFlowError) || error.code !== 'DF_PLAN_CONFIG') throw error;
    return (error.details.problems as ConfigProblem[]).map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
  }
  return [];
}

const one = (more: string) => `targets:\n  - id: a\n    tier: economy\n    model: gpt-5-mini\n${more}`;

describe('a configuration', () => {
  it('in the examples is read, with defaults by tier and list prices', async () => {
    const { targets, budgets, proxy } = await readConfig(join(projectRoot, 'examples/target-planner/targets.yaml'));
    expect(targets.map(({ id, privacy, capabilities }) => [id, privacy, capabilities])).toEqual([
      ['ollama', 'local', ['streaming']],
      ['small-cloud', 'public', ['tools', 'json_schema', 'streaming']],
      ['large-cloud', 'public', ['tools', 'json_schema', 'vision', 'streaming']],
    ]);
    expect(targets[1]).toMatchObject({
      prices: { input: 0.25, output: 2 },
      baseUrl: undefined,
      apiKeyEnv: 'OPENAI_API_KEY',
      maxOutputTokens: 4096,
    });
    expect(targets[0]).toMatchObject({ prices: { input: 0, output: 0 }, apiKeyEnv: undefined, enabled: true });
    expect(budgets).toEqual([{ id: 'team', limitUsd: 5, period: 'day' }]);
    expect(proxy).toMatchObject({ host: '127.0.0.1', port: 4141, tokenEnv: undefined, maxBodyBytes: 4 << 20, probeIntervalMs: 30_000 });
  });

  it('needs no more than one target', () => {
    expect(parseConfig(one('')).proxy.port).toBe(4141);
  });

  it('that is wrong says all that is wrong, with its place', () => {
    const text = `targets:
  - id: a
    teir: local
    model: x
  - id: a
    tier: cloud
    model: gpt-5-mini
    prices: { input: 1, outputs: 2 }
budgets:
  - id: team
    limitUsd: -1
proxi:
  port: 1
`;
    expect(problemsIn(text)).toEqual([
      '2:5 targets[0].tier: is missing; one of local, economy, frontier',
      '3:5 targets[0].teir: there is no such key; is tier meant?',
      '6:11 targets[1].tier: must be one of local, economy, frontier',
      '8:13 targets[1].prices.output: is missing',
      '8:25 targets[1].prices.outputs: there is no such key; is output meant?',
      '11:15 budgets[0].limitUsd: must be at least 0',
      '12:1 proxi: there is no such key; is proxy meant?',
    ]);
  });

  it.each([
    [
      'ids that come twice',
      `${one('')}  - { id: a, tier: economy, model: gpt-5-mini }`,
      '5:11 targets[1].id: "a" is the id of targets[0] already',
    ],
    [
      'a model whose price nobody knows',
      'targets:\n  - { id: a, tier: economy, model: unheard-of }',
      'targets[0].prices: is missing, and the price of model "unheard-of" is not known',
    ],
    [
      'a local target that is elsewhere',
      'targets:\n  - { id: a, tier: local, model: x, baseUrl: "http://10.0.0.7/v1" }',
      'targets[0].privacy: local means that a prompt stays on this machine',
    ],
    [
      'an answer longer than its window',
      one('    contextWindow: 1000\n    maxOutputTokens: 1001'),
      '6:22 targets[0].maxOutputTokens: an answer of 1001 tokens',
    ],
    ['an open address without a token', one('proxy:\n  host: 0.0.0.0'), '6:9 proxy.host: others can reach this address'],
    ['a p95 below its p50', one('    latencyPrior: { p50Ms: 10, p95Ms: 9 }'), '5:19 targets[0].latencyPrior: p95Ms is at least p50Ms'],
    ['a key that comes twice', one('    model: b'), '5:5 : Map keys must be unique'],
    ['what is no YAML', 'targets: [', '1:11 : Flow sequence'],
    ['an empty file', '', '1:1 targets: is missing'],
    ['something else', '- 1', '1:1 : expected object, received array'],
    ['an address that is none', one('    baseUrl: "ftp://x"'), '5:14 targets[0].baseUrl: an address such as'],
  ])('refuses %s', (_, text, problem) => {
    expect(problemsIn(text)[0]).toContain(problem);
  });

  it('never repeats a key that stands where a name is meant', () => {
    const [problem] = problemsIn(one('    apiKeyEnv: sk-proj-abc123'));
    expect(problem).toContain('the NAME of an environment variable is meant here');
    expect(problem).not.toContain('abc123');
  });

  it('does not unfold without end', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((it, n) => `${it}: &${it} [${Array(9).fill(`*${'abcdefghi'[n]}`).join(',')}]`)
      .join('\n')}\n`;
    expect(problemsIn(bomb)).toHaveLength(1);
  });

  it('that cannot be read is a coded error', async () => {
    expect(await errorCode(readConfig('/nowhere/targets.yaml'))).toBe('DF_PLAN_CONFIG');
  });
});
