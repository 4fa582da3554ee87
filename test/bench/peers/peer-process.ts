import { measurePeer, type Job } from './measure-peer.js';
import type { PeerModule, Setting } from './peer.js';

/** What a process is told. */
export interface PeerTask {
  /** Of a module that exports `open`. */
  readonly url: string;
  readonly setting: Omit<Setting, 'work'>;
  readonly job: Job;
}

// Each engine has a process of its own: memory and crashes are its own as well. What is thrown ends it, and is its row's reason.
process.once('message', (task: PeerTask) => void answer(task));

async function answer({ url, setting, job }: PeerTask): Promise<void> {
  const peer = (await import(url)) as PeerModule;
  const measured = await measurePeer(peer, setting, job);
  process.send!(measured, () => process.exit(0));
}
