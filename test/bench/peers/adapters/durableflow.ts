import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { Steps } from '../../steps-workflow.js';
import type { OpenPeer, Setting } from '../peer.js';

export async function open({ folder, durability, work }: Setting): Promise<OpenPeer> {
  const flow = await DurableFlow.open(join(folder, 'flow.db'), { durability: durability === 'full' ? 'power-loss' : 'process-crash' });
  flow.register(Steps, () => new Steps(work));
  return {
    run: async (steps) => (await flow.start(Steps, steps)).result(),
    close: () => flow.close(),
  };
}
