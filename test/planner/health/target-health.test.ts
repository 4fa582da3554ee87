import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HealthProbes } from '../../../sdk/planner/health/health-probes.js';
import { probeTarget } from '../../../sdk/planner/health/probe-target.js';
import { TargetHealth } from '../../../sdk/planner/health/target-health.js';
import { target } from '../planning/planner-world.js';

function fail(health: TargetHealth, times = 1): void {
  for (let n = 0; n < times; n++) health.leave('a', health.enter('a')!, 'down');
}

async function server(listener: RequestListener) {
  const it = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => it.once('listening', resolve));
  const close = () => new Promise((resolve) => (it.closeAllConnections(), it.close(resolve)));
  onTestFinished(() => void close());
  return { baseUrl: `http://127.0.0.1:${(it.address() as AddressInfo).port}/v1`, close };
}

describe('a target', () => {
  it('is left alone after failures in a row, and tried again by one request after a pause', () => {
    let now = 0;
    const health = new TargetHealth({ failures: 3, pauseMs: 1000, now: () => now });
    fail(health, 2);
    health.leave('a', health.enter('a')!, 'up');
    fail(health, 2);
    expect(health.down('a')).toBeUndefined();
    fail(health);
    expect(health.down('a')).toBe('it failed several times in a row');
    expect(health.enter('a')).toBeUndefined();
    now = 1000;
    expect(health.down('a')).toBeUndefined();
    const passage = health.enter('a')!;
    expect(health.enter('a')).toBeUndefined();
    health.leave('a', passage, 'up');
    expect(health.down('a')).toBeUndefined();
  });

  it('counts as unreachable after two probes without an answer, until one is answered', () => {
    const health = new TargetHealth();
    health.probed('a', false);
    expect(health.down('a')).toBeUndefined();
    health.probed('a', false);
    expect(health.down('a')).toBe('it cannot be reached');
    health.probed('a', true);
    expect(health.down('a')).toBeUndefined();
  });

  it('that answers probes and fails requests is left alone all the same', () => {
    const health = new TargetHealth();
    fail(health, 2);
    health.probed('a', true);
    fail(health);
    health.probed('a', true);
    expect(health.down('a')).toBe('it failed several times in a row');
  });

  it('makes an epoch when it falls ill, when it recovers, and when its pause is over, and at no other time', () => {
    let now = 0;
    const health = new TargetHealth({ now: () => now });
    const first = health.epoch();
    fail(health, 2);
    expect(health.epoch()).toBe(first);
    fail(health);
    expect(health.epoch()).toBe(first + 1);
    expect(health.epoch()).toBe(first + 1);
    now = 30_000;
    expect(health.epoch()).toBe(first + 2);
  });
});

describe('a probe', () => {
  it('asks for the list of models, without a key, and takes any answer of its own for a sign of life', async () => {
    const asked: unknown[] = [];
    const { baseUrl, close } = await server(({ method, url, headers }, response) => {
      asked.push([method, url, headers.authorization]);
      response.writeHead(401).end('no');
    });
    expect(await probeTarget(target('a', { baseUrl: `${baseUrl}/`, apiKeyEnv: 'HOME' }))).toBe(true);
    expect(asked).toEqual([['GET', '/v1/models', undefined]]);
    await close();
    expect(await probeTarget(target('a', { baseUrl }))).toBe(false);
  });

  it.each([502, 503, 504])('takes %i of a gateway for none', async (status) => {
    const { baseUrl } = await server((_, response) => void response.writeHead(status).end());
    expect(await probeTarget(target('a', { baseUrl }))).toBe(false);
  });

  it('does not wait long, and does not ask a provider at its own address', async () => {
    const { baseUrl } = await server(() => {});
    expect(await probeTarget(target('a', { baseUrl }), 30)).toBe(false);
    expect(await probeTarget(target('a'))).toBeUndefined();
  });

  it('is made again and again, until it is stopped', async () => {
    let alive = false;
    const { baseUrl } = await server((_, response) => void response.writeHead(alive ? 200 : 503).end());
    const health = new TargetHealth();
    const probes = new HealthProbes([target('a', { baseUrl }), target('off', { baseUrl, enabled: false })], health, { everyMs: 10 });
    await expect.poll(() => health.down('a')).toBe('it cannot be reached');
    alive = true;
    await expect.poll(() => health.down('a')).toBeUndefined();
    expect(health.down('off')).toBeUndefined();
    alive = false;
    probes.stop();
    await probes.round();
    await probes.round();
    expect(health.down('a')).toBeUndefined();
  });
});
