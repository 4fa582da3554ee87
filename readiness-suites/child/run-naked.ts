import type { ReadinessKit } from '../kit.js';
import type { DeclaredSuite } from '../suite.js';

/** Runs the agent as the ordinary object that it is. What it throws ends the process, as it would in production. */
export async function runNaked({ options }: DeclaredSuite, kit: ReadinessKit): Promise<void> {
  const agent = await options.agent(kit);
  await agent.run(options.input);
}
