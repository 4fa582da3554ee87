import { DurableFlowError, type DurableFlow, type Store } from 'durableflow';
import { decode } from '../../sdk/journal/index.js';
import { isEnded } from '../../sdk/store/index.js';
import type { OutsideWorld } from './outside-world.js';
import { everythingIn, type Program } from './program.js';

/** What people use of a flow. */
export type Desk = Pick<DurableFlow, 'approvals' | 'approve' | 'reject' | 'signal' | 'resolve'>;

/** Does what the people and programs around the runs do: decides, sends, looks into what is in doubt. False if there is nothing to do. */
export async function act(flow: Desk, store: Store, world: OutsideWorld): Promise<boolean> {
  let acted = false;
  for (const run of store.runs({ limit: 1000 })) {
    if (isEnded(run.status)) continue;
    const parts = everythingIn(decode(run.input) as Program, { children: false });
    for (const { id: approval, args } of flow.approvals({ runId: run.id })) {
      const id = args[0] as number;
      const { verdict } = parts.find((part) => part.kind === 'gate' && part.id === id) as Extract<Program, { kind: 'gate' }>;
      if (verdict === 'rejected') await flow.reject(approval, { by: 'ann', reason: 'because' }).catch(ifEnded);
      else await flow.approve(approval, { by: 'ann', ...(verdict === 'edited' && { edit: [id, 'edited'] }) }).catch(ifEnded);
      acted = true;
    }
    for (const part of parts) {
      if (part.kind !== 'signal') continue;
      const name = `s${part.id}`;
      const isDue = part.sent === 'before' || store.waits(run.id).some((wait) => wait.name === `signal:${name}`);
      if (isDue && (await flow.signal(run.id, name, `signal ${part.id}`, { dedupeId: name }).catch(ifEnded))) acted = true;
    }
    for (const { call, key, state, intendedAt } of store.run(run.id)!.status === 'in_doubt' ? store.effects(run.id) : []) {
      if (state !== 'intended') continue;
      const happened = world.lookUp(key);
      await flow.resolve(run.id, call, { happened, value: key, by: 'ann', intendedAt: new Date(intendedAt) }).catch(ifEnded);
      acted = true;
      break;
    }
  }
  return acted;
}

/** A run that was cancelled may end while somebody decides or sends. */
export function ifEnded(error: unknown): false {
  if (error instanceof DurableFlowError && error.code === 'DF_RUN_ENDED') return false;
  throw error;
}
