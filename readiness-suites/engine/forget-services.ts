import { TrialAdmin } from './trial-admin.js';

/** Requests at a time. */
const mostAtOnce = 16;

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
export async function forgetServices({ admin: address, headers, suffix, fronts }: PastServices): Promise<void> {
  const admin = new TrialAdmin(address, headers);
  const invocations = async () => {
    const query = `SELECT id, status FROM sys_invocation WHERE target_service_name LIKE '%${suffix}%'`;
    return ((await admin.ask('POST', '/query', { query })) as { rows: { id: string; status: string }[] }).rows;
  };
  try {
    const open = (await invocations()).filter(({ status }) => status !== 'completed');
    await each(open, ({ id }) => admin.ask('PATCH', `/invocations/${id}/kill`));
    await each(await invocations(), ({ id }) => admin.ask('PATCH', `/invocations/${id}/purge`));
    const { deployments } = (await admin.ask('GET', '/deployments')) as { deployments: { id: string; uri: string }[] };
    for (const { id, uri } of deployments)
      if (fronts.some((front) => uri.startsWith(`${front}/`))) await admin.ask('DELETE', `/deployments/${id}?force=true`);
  } finally {
    admin.close();
  }
}

async function each<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < all.length; n += mostAtOnce) await Promise.all(all.slice(n, n + mostAtOnce).map(work));
}
