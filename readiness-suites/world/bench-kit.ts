import { ModelError } from '../../sdk/errors/index.js';
import type { ModelClient } from '../../sdk/models/index.js';
import type { ReadinessKit } from '../kit.js';
import { EndpointFront } from './endpoint-front.js';
import { worldPrices } from './model-service.js';
import { ToolBench } from './tool-bench.js';

/** The kit on the world's side: it takes the real clients in. The agent that is built with it is never run. */
export class BenchKit implements ReadinessKit {
  readonly bench = new ToolBench();
  readonly fronts: EndpointFront[] = [];
  readonly models: ModelClient = absentModel;
  readonly prices = worldPrices;

  // Bound, because suites take the kit apart: `({ models, tool }) => …`.
  readonly model = (): ModelClient => absentModel;

  readonly modelUrl = (name: string, api: string): string => `http://127.0.0.1:9/model/${name}/${api}`;

  readonly tool = <T extends object>(client: T, options = {}): T => {
    this.bench.add(client, options);
    return client;
  };

  readonly endpoint = (url: string, { name = `endpoint${this.fronts.length + 1}` }: { readonly name?: string } = {}): string => {
    this.fronts.push(new EndpointFront(name, url));
    return url;
  };
}

const unused = () => new ModelError('connection', 'the agent was built to look at its tools; it is run in a process of its own');

const absentModel: ModelClient = {
  provider: 'readiness',
  model: 'readiness-primary',
  complete: () => Promise.reject(unused()),
  // oxlint-disable-next-line require-yield -- it never comes to that
  async *stream() {
    throw unused();
  },
};
