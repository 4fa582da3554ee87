import { DurableFlowError } from '../errors/index.js';
import type { Store } from '../store/index.js';
import { Admin } from './admin.js';
import { RestateHttp } from './restate-http.js';
import { RestateStore } from './restate-store.js';

/** A worker to register, and where. */
export interface Registration {
  readonly advertise: string;
  readonly admin?: string;
  readonly force?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** What it serves. */
  readonly services: readonly string[];
}

/** Makes a worker known to the server. Throws `DF_INVALID_INPUT` if nobody says where that is, `DF_RESTATE_REFUSED` and `DF_RESTATE_ADDRESS`. */
export async function registerDeployment(
  store: Store,
  { advertise, admin, force = false, headers = {}, services }: Registration,
): Promise<void> {
  if (admin === undefined && store instanceof RestateStore) return store.registerDeployment(advertise, force, services);
  if (admin === undefined)
    throw new DurableFlowError(
      'DF_INVALID_INPUT',
      'serve() can register the worker if the flow is open on a restateStore, or if it is told the address of the admin API',
    );
  const http = new RestateHttp(admin, headers);
  try {
    await new Admin(http).register(advertise, force, services);
  } finally {
    http.close();
  }
}
