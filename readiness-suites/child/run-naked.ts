import type { ReadinessKit } from '../kit.js';
import type { DeclaredSuite } from '../suite.js';
import { asInstanceOf, changedClass } from './changed-class.js';
import type { Job } from './job.js';
import { tellWorld } from './tell-world.js';

/** Runs the agent as the ordinary object that it is. What it throws ends the process, as it would in production. */
export async function runNaked({ agent, options }: DeclaredSuite, kit: ReadinessKit, job: Job): Promise<void> {
  const { change, together } = job.circumstances;
  const made = await options.agent(kit);
  if (change) {
    asInstanceOf(made, changedClass(agent, change));
    await tellWorld(job, 'note', `process ${job.life} runs the new release`);
  }
  if (together) await tellWorld(job, 'meet', String(together));
  await made.run(options.input);
}
