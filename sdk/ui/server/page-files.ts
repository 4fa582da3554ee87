import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DurableFlowError } from '../../errors/index.js';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Beside this file, built or not. */
const builtIn = fileURLToPath(new URL('../assets/', import.meta.url));

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The built page, read once: what is asked for is looked up by its name, and never becomes a path. */
export interface PageFiles {
  readonly shell: string;
  readonly assets: ReadonlyMap<string, PageFile>;
}

/** Throws `DF_UI_ASSETS` if the page was not built. */
export function readPageFiles(folder: string = builtIn): PageFiles {
  const shell = join(folder, 'index.html');
  if (!existsSync(shell)) throw new DurableFlowError('DF_UI_ASSETS', 'the page was not built');
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((it) => (it.isFile() && types[extname(it.name)] ? [it.name] : []));
  const assets = new Map(
    names.map((name) => [name, { type: types[extname(name)]!, bytes: new Uint8Array(readFileSync(join(folder, name))) }]),
  );
  return { shell: readFileSync(shell, 'utf8'), assets };
}
