import type { RestateStore } from '../restate/restate-store.js';
import type { CliIo } from './cli-io.js';

const scheme = 'restate:';

/** Whether the database is a Restate server: `restate:http://HOST:8080`, with the admin address after a comma if it is not at port 9070. */
export const isRestate = (database: string): boolean => database.startsWith(scheme);

/** Connects to it. A token for it is in DURABLEFLOW_RESTATE_TOKEN, never in the address. */
export async function openRestate(database: string, { env }: CliIo): Promise<RestateStore> {
  const { restateStore } = await import('../restate/restate-store.js');
  const { ingress, admin } = addressesOf(database, env['DURABLEFLOW_RESTATE_ADMIN']);
  const token = env['DURABLEFLOW_RESTATE_TOKEN'];
  return restateStore({ ingress, admin, ...(token && { headers: { authorization: `Bearer ${token}` } }) });
}

function addressesOf(database: string, fromEnv: string | undefined): { readonly ingress: string; readonly admin: string } {
  const [ingress = '', second] = database.slice(scheme.length).split(',');
  return { ingress, admin: second ?? fromEnv ?? usualAdmin(ingress) };
}

function usualAdmin(ingress: string): string {
  // What is no address is refused where it is used.
  if (!URL.canParse(ingress)) return ingress;
  const url = new URL(ingress);
  url.port = '9070';
  return url.href;
}
