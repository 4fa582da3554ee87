import { TrialAdmin } from './trial-admin.js';

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
  const asked = new TrialAdmin(admin, headers);
  try {
    await asked.ask('POST', '/deployments', { uri: front });
  } finally {
    asked.close();
  }
}
