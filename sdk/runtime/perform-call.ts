import { decode } from '../journal/index.js';
import type { Call, Outcome } from './call.js';
import type { CallHost } from './call-host.js';
import { passGate } from './phases/pass-gate.js';
import { performEffect } from './phases/perform-effect.js';
import { performStep } from './phases/perform-step.js';
import { selectContext } from './phases/select-context.js';

/** The phases of one live call, in their fixed order: approval, context budget, then the effect or the step. */
export async function performCall(host: CallHost, call: Call): Promise<Outcome> {
  try {
    if (call.method.approval) await passGate(host, call);
    await host.durable();
    // A copy: what a body does to its arguments is never seen by the workflow, live as little as on replay.
    const offered = decode(call.encodedArgs) as unknown[];
    const args = call.method.contextBudget ? await selectContext(host, call, offered) : offered;
    return call.method.effect ? await performEffect(host, call, args) : await performStep(host, call, args);
  } catch (error) {
    return { kind: 'threw', value: host.ports.errors.encode(error), attempts: 0 };
  }
}
