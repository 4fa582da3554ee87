import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encode } from '../../../sdk/journal/index.js';
import { grown, spoil } from '../../../readiness-suites/modes/spoilt-answers.js';
import type { ToolFault } from '../../../readiness-suites/world/fault.js';
import { EndpointFront } from '../../../readiness-suites/world/endpoint-front.js';
import { ToolBench } from '../../../readiness-suites/world/tool-bench.js';
import type { ToolReply } from '../../../readiness-suites/world/tool-service.js';
import { World } from '../../../readiness-suites/world/world.js';

const customer = { id: 'c-7', notes: 'it had cost 1200 cents' };

let endpoint: Server;
beforeAll(async () => {
  endpoint = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(customer)));
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => endpoint.close(resolve)));

/** A world with a tool and an endpoint, in which this goes wrong with both of them. */
async function inWorld<T>(tool: ToolFault, act: (world: World) => Promise<T>): Promise<T> {
  const bench = new ToolBench();
  bench.add({ customer: async () => customer }, { name: 'crm' });
  const world = await World.open({
    bench,
    fronts: [new EndpointFront('api', `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`)],
    behaviour: () => 'yes',
    fault: { description: 'the answer is spoilt', tool: () => tool },
    classify: () => 'read',
    honoursKeys: true,
    kills: [],
    countTokens: (text) => text.length,
    window: Infinity,
    strike: () => false,
  });
  try {
    return await act(world);
  } finally {
    await world.close();
  }
}

const askTool = async ({ url }: World) => {
  const response = await fetch(`${url}/tool/crm/customer`, { method: 'POST', body: encode(['c-7'], 'the arguments') });
  return (await response.json()) as ToolReply & { value: string };
};
const askEndpoint = async ({ url }: World) => (await fetch(`${url}/endpoint/api/customers/c-7`)).json();

describe('an answer that is spoilt on the wire', () => {
  it.each(['cut', 'content_length'] as const)('can not be read: %s', async (how) => {
    await inWorld({ kind: 'wire', spoil: (reply) => spoil(reply, how), label: how }, async (world) => {
      await expect(askEndpoint(world)).rejects.toThrow();
      expect(world.log.fired).toEqual(['api GET /customers/c-7, call 1']);
      expect(world.log.tools[0]).toMatchObject({ outcome: how, answer: customer });
    });
  });
});

describe('an answer that has grown', () => {
  const fault: ToolFault = { kind: 'grown', make: grown, megabytes: 1, label: 'grown' };

  it('is as large as it should be, and whole, from a tool', async () => {
    const { value } = await inWorld(fault, askTool);
    expect(value.length).toBeGreaterThan(1_000_000);
    expect(value.startsWith('[{"id":1,"notes":2},"c-7","it had cost 1200 cents 2026-03-01T')).toBe(true);
    expect(JSON.parse(value)).toHaveLength(3);
  });

  it('is as large as it should be, and whole, from an endpoint', async () => {
    const { id, notes } = (await inWorld(fault, askEndpoint)) as typeof customer;
    expect(id).toBe('c-7');
    expect(notes.length).toBe(1_000_000 + 'it had cost 1200 cents '.length);
  });
});
