import type { RestateStoreOptions } from '../restate/connection.js';
import type { RestateStore } from '../restate/restate-store.js';
import type { FoundName, NameKind } from '../sqlite/find-names.js';
import type { CliIo } from './cli-io.js';

const scheme = 'restate:';
/** Who has pressed Tab waits no longer for names, in milliseconds. */
const longestPause = 1500;

/** Whether the database is a Restate server: `restate:http://HOST:8080`, with the admin address after a comma if it is not at port 9070. */
export const isRestate = (database: string): boolean => database.startsWith(scheme);

/** Connects to it. A token for it is in DURABLEFLOW_RESTATE_TOKEN, never in the address. */
export async function openRestate(database: string, io: CliIo): Promise<RestateStore> {
  const { restateStore } = await import('../restate/restate-store.js');
  return restateStore(serverOf(database, io));
}

/** Names for completion; none if the server does not tell them at once. */
export async function namesOnRestate(
  database: string,
  io: CliIo,
  kind: NameKind,
  beginning: string,
  of: string | undefined,
): Promise<FoundName[]> {
  const { findNamesOn } = await import('../restate/find-names.js');
  const late = new Promise<FoundName[]>((resolve) => void setTimeout(resolve, longestPause, []).unref());
  return Promise.race([findNamesOn(serverOf(database, io), kind, beginning, of), late]);
}

function serverOf(database: string, { env }: CliIo): Pick<RestateStoreOptions, 'ingress' | 'admin' | 'headers'> {
  const token = env['DURABLEFLOW_RESTATE_TOKEN'];
  return { ...addressesOf(database, env), ...(token && { headers: { authorization: `Bearer ${token}` } }) };
}

/** Where both APIs of the server are. */
export function addressesOf(database: string, env: CliIo['env']): { readonly ingress: string; readonly admin: string } {
  const [ingress = '', second] = database.slice(scheme.length).split(',');
  return { ingress, admin: second ?? env['DURABLEFLOW_RESTATE_ADMIN'] ?? usualAdmin(ingress) };
}

function usualAdmin(ingress: string): string {
  // What is no address is refused where it is used.
  if (!URL.canParse(ingress)) return ingress;
  const url = new URL(ingress);
  url.port = '9070';
  return url.href;
}
