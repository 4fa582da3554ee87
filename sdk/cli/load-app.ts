import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DurableFlow } from '../index.js';
import { DurableFlowError } from '../errors/index.js';
import { CliError } from './cli-error.js';
import type { CliIo } from './cli-io.js';
import { describeError } from './describe-error.js';

/** Makes the classes of an application known to a flow. */
export type RegisterApp = (flow: DurableFlow) => Promise<void>;

/** The `register(flow)` of the module given with --app, exported by that name or as the default. */
export async function loadApp(path: string, io: CliIo): Promise<RegisterApp> {
  const file = resolve(path);
  if (!existsSync(file)) throw new CliError('CLI_APP_MISSING', `there is no file ${file}`);
  let module: unknown;
  try {
    module = await io.loadModule(file);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('CLI_APP_FAILED', `${path} cannot be loaded: ${describeError(cause).what}`, { cause });
  }
  const register = findRegister(module);
  if (!register) throw new CliError('CLI_APP_INVALID', `${path} exports no function register(flow)`);
  return async (flow) => {
    try {
      await register(flow);
    } catch (cause) {
      if (cause instanceof DurableFlowError) throw cause;
      throw new CliError('CLI_APP_FAILED', `register(flow) of ${path} threw: ${describeError(cause).what}`, { cause });
    }
  };
}

function findRegister(module: unknown): ((flow: DurableFlow) => unknown) | undefined {
  const exported = module as { register?: unknown; default?: unknown };
  // The default export of a CommonJS module is all that it exports.
  const byDefault = exported.default as { register?: unknown } | undefined;
  const found = [exported.register, byDefault, byDefault?.register].find((it) => typeof it === 'function');
  return found as ((flow: DurableFlow) => unknown) | undefined;
}
