import { DurableFlowError } from './durable-flow-error.js';

/** Loads an optional package when it is first needed. Throws `DF_PEER_MISSING` if it is not installed. */
export async function importPeer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if ((cause as { code?: unknown } | undefined)?.code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new DurableFlowError('DF_PEER_MISSING', `the package "${name}" is not installed: npm install ${name}`, { cause });
  }
}
