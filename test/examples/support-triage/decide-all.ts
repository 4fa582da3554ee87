import type { DurableFlow, RunHandle } from 'durableflow';

/** Answers the gates of a run until it waits for none; returns what was asked, and what the run came to. */
export async function decideAll<Output>(flow: DurableFlow, run: RunHandle<Output>, decide: (show: string) => boolean = () => true) {
  const asked: string[] = [];
  for (;;) {
    const view = await run.settled();
    if (view.status !== 'waiting') return { asked, view };
    for (const { id, digest, show } of flow.approvals()) {
      asked.push(show);
      await (decide(show) ? flow.approve(id, { by: 'ben', digest }) : flow.reject(id, { by: 'ben', digest, reason: 'not today' }));
    }
  }
}
