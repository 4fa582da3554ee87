import { pathToFileURL } from 'node:url';
import { CliError } from './cli-error.js';

/**
 * Imports the module in this file. TypeScript goes through tsx, registered for the whole process: with a namespace of its
 * own the module would get a second copy of durableflow, and its decorators would not know the engine's runs.
 */
export async function loadModule(file: string): Promise<unknown> {
  if (/\.[cm]?tsx?$/.test(file) && !tsxIsActive()) (await loadTsx()).register();
  return import(pathToFileURL(file).href);
}

/** Registered twice, tsx would transform the source twice. */
function tsxIsActive(): boolean {
  return [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((option) => /\btsx\b/.test(option));
}

async function loadTsx() {
  try {
    return await import('tsx/esm/api');
  } catch (cause) {
    throw new CliError('CLI_TSX_MISSING', 'a TypeScript module needs tsx, which is not installed', { cause });
  }
}
