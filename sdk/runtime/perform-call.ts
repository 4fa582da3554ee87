import { decode } from '../journal/index.js';
import type { MethodCall, Outcome } from './call.js';
import type { CallHost } from './call-host.js';
import { passGate } from './phases/pass-gate.js';
import { performEffect } from './phases/perform-effect.js';
import { performStep } from './phases/perform-step.js';
import { selectContext } from './phases/select-context.js';

/** The phases of one live call of a method, in their fixed order: approval, context budget, then the effect or the step. */
export async function performCall(host: CallHost, asked: MethodCall): Promise<Outcome> {
  const { approval, contextBudget, effect } = asked.method;
  const encodedArgs = approval ? await passGate(host, asked) : asked.encodedArgs;
  const call = encodedArgs === asked.encodedArgs ? asked : { ...asked, encodedArgs, plainArgs: undefined };
  // A copy: what a body does to its arguments is never seen by the workflow, live as little as on replay.
  const offered = call.plainArgs ?? (decode(encodedArgs) as unknown[]);
  const input = contextBudget ? await selectContext(host, call, offered) : { args: offered };
  await host.durable(call);
  return effect ? performEffect(host, call, input) : performStep(host, call, input);
}
