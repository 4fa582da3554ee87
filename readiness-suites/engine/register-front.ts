import { DurableFlowError } from '../../sdk/errors/index.js';

/** A front, and the server that is to find workers behind it. */
export interface FrontedServer {
  readonly admin: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly front: string;
}

/**
 * Makes what is served behind a front known to a Restate server, which asks by the way of the front: that waits until a worker is
 * behind it. What the server was told by an earlier worker holds for this one. Throws `DF_READINESS_ENGINE`.
 */
export async function registerFront({ admin, headers, front }: FrontedServer): Promise<void> {
  const response = await fetch(`${admin}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ uri: front }),
  });
  const text = await response.text();
  if (!response.ok && response.status !== 409)
    throw new DurableFlowError(
      'DF_READINESS_ENGINE',
      `the Restate server does not take a worker: ${response.status} ${text.slice(0, 200)}`,
    );
}
