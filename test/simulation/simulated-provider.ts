import { ModelError, routeModels, scriptedModel, type BudgetLedger, type ModelClient } from 'durableflow';
import type { SimulatedNetwork } from './simulated-network.js';
import type { Randomness } from './randomness.js';

/** The longest answer, in tokens. A token costs a micro-dollar, and a prompt nothing. */
export const longestAnswer = 100;

/** What may be spent, in micro-dollars: on one question with all its attempts, and on all of them. */
export const limits = { step: 250, workflow: 600 } as const;

/** A provider of models behind the network, who bills each request that reaches him. */
export class SimulatedProvider {
  /** Micro-dollars, by question. */
  readonly billed = new Map<string, number>();
  readonly #network: SimulatedNetwork;
  readonly #random: Randomness;

  constructor(network: SimulatedNetwork, random: Randomness) {
    this.#network = network;
    this.#random = random;
  }

  /** A client of one process, under a budget that all of them share. */
  client(process: number, ledger: BudgetLedger): ModelClient {
    const client = scriptedModel(async ({ messages }) => {
      const question = messages[0]!.content;
      let micros: number | undefined;
      try {
        // A request that the network repeats is billed once.
        micros = await this.#network.send(process, question, () => (micros ??= this.#bill(question)));
      } catch (error) {
        return new ModelError('connection', String(error), { mayCost: (error as { code?: unknown }).code !== 'ECONNREFUSED' });
      }
      return { text: String(micros), usage: { inputTokens: 0, outputTokens: micros } };
    });
    return routeModels({
      targets: [{ client }],
      prices: { scripted: { input: 0, output: 1 } },
      budget: { step: limits.step / 1e6, workflow: limits.workflow / 1e6, ledger, countTokens: () => 0 },
    });
  }

  #bill(question: string): number {
    const micros = 1 + this.#random.below(longestAnswer);
    this.billed.set(question, (this.billed.get(question) ?? 0) + micros);
    return micros;
  }
}
