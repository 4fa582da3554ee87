import { DurableFlowError } from '../../sdk/errors/index.js';

/** Services that are no longer needed, and the server that has them. */
export interface PastServices {
  readonly admin: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** In their names. */
  readonly suffix: string;
  /** The addresses of their deployments. */
  readonly fronts: readonly string[];
}

/** Ends whatever runs such services have left on a Restate server, and removes it with their deployments. Throws `DF_READINESS_ENGINE`. */
export async function forgetServices({ admin, headers, suffix, fronts }: PastServices): Promise<void> {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${admin}${path}`, {
      method,
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    // What has ended, or is gone, meanwhile need not be ended or removed.
    if (!response.ok && response.status !== 404 && response.status !== 409)
      throw new DurableFlowError(
        'DF_READINESS_ENGINE',
        `the Restate server has refused ${method} ${path}: ${response.status} ${text.slice(0, 200)}`,
      );
    return response.ok && text !== '' ? JSON.parse(text) : undefined;
  };
  const invocations = async () => {
    const query = `SELECT id, status FROM sys_invocation WHERE target_service_name LIKE '%${suffix}%'`;
    return ((await ask('POST', '/query', { query })) as { rows: { id: string; status: string }[] }).rows;
  };
  for (const { id, status } of await invocations()) if (status !== 'completed') await ask('PATCH', `/invocations/${id}/kill`);
  for (const { id } of await invocations()) await ask('PATCH', `/invocations/${id}/purge`);
  const { deployments } = (await ask('GET', '/deployments')) as { deployments: { id: string; uri: string }[] };
  for (const { id, uri } of deployments)
    if (fronts.some((front) => uri.startsWith(`${front}/`))) await ask('DELETE', `/deployments/${id}?force=true`);
}
