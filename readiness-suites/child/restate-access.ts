import { setWorkflowMetadata, workflowMetadata } from '../../sdk/definition/method-metadata.js';
import type { WorkflowClass } from '../../sdk/definition/workflow-definition.js';
import { DurableFlowError } from '../../sdk/errors/index.js';
import { restateStore } from '../../sdk/restate/restate-store.js';
import { serveWith } from '../../sdk/restate/serve.js';
import type { Store } from '../../sdk/store/index.js';
import type { RestateAddress } from '../engine/engine-address.js';
import type { EngineAccess } from './engine-access.js';
import type { ChildMessage } from './job.js';

/** A process of a trial as a worker of a Restate server. */
export async function restateAccess(
  { ingress, admin, headers, suffix, front, runId }: RestateAddress & { readonly runId: string },
  watched: (store: Store) => Store,
  tell: (message: ChildMessage) => Promise<void>,
): Promise<EngineAccess> {
  let serving: Awaited<ReturnType<typeof serveWith>> | undefined;
  const store = await restateStore({ ingress, admin, follow: false, ...(headers && { headers }) });
  return {
    store,
    newsTakeMs: 3000,
    look: () => store.look(runId),
    named: (agent) => renamed(agent, suffix),
    async work(flow) {
      serving = await serveWith(flow, { port: 0 }, { wrapStore: watched });
      await tell({ type: 'serving', port: Number(new URL(serving.url).port) });
      // The server asks what is served here by the way of the front, which waits until this process is behind it.
      await register(admin, front, headers);
    },
    async rest() {
      await serving?.close({ grace: 0 });
    },
  };
}

/** What the server has been told by an earlier process of the trial holds for this one. */
async function register(admin: string, uri: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const response = await fetch(`${admin}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ uri }),
  });
  const text = await response.text();
  if (!response.ok && response.status !== 409)
    throw new DurableFlowError(
      'DF_READINESS_ENGINE',
      `the Restate server does not take the trial's worker: ${response.status} ${text.slice(0, 200)}`,
    );
}

/** The same class under a name that no other trial has. */
function renamed(agent: WorkflowClass, suffix: string): WorkflowClass {
  const Renamed = class extends agent {};
  Object.defineProperty(Renamed, 'name', { value: agent.name });
  const metadata = workflowMetadata(agent)!;
  setWorkflowMetadata(Renamed, { ...metadata, name: `${metadata.name}${suffix}` });
  return Renamed;
}
