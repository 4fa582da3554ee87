import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PeerEntry } from './peer-list.js';

export interface InstalledPeer {
  readonly folder: string;
  /** Its adapter, where its imports find what was installed. */
  readonly adapter: string;
  readonly version: string;
  readonly execPath: string;
}

/** Where engines are kept from one time to the next: apart from the project, which depends on none of them. */
export const benchCache = process.env['DURABLEFLOW_BENCH_CACHE'] ?? join(homedir(), '.cache/durableflow-bench');

/**
 * Installs the pinned packages of an engine unless they are there.
 *
 * @throws with npm's own words if they cannot be had, or if there is no Node here that the engine runs on.
 */
export async function installPeer({ adapter, packages, told, needsNode }: PeerEntry): Promise<InstalledPeer> {
  const ownMajor = Number(process.versions.node.split('.')[0]);
  const nodePackage = `node-${process.platform}-${process.arch}`;
  const ownNode = needsNode === undefined || ownMajor >= needsNode.major;
  const dependencies = { ...packages, ...(!ownNode && { [nodePackage]: needsNode.version }) };
  // By Node's version as well: what is compiled at install is for one.
  const key = createHash('sha256')
    .update(JSON.stringify([dependencies, process.versions.modules]))
    .digest('hex')
    .slice(0, 12);
  const folder = join(benchCache, `${adapter.split('.')[0]}-${key}`);
  if (!existsSync(folder)) {
    const making = `${folder}.${process.pid}`;
    mkdirSync(making, { recursive: true });
    try {
      writeFileSync(join(making, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
      await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: making, timeout: 600_000 });
      renameSync(making, folder);
    } catch (error) {
      rmSync(making, { recursive: true, force: true });
      throw new Error(`npm could not install it: ${firstLine((error as { stderr?: string }).stderr) || String(error)}`, { cause: error });
    }
  }
  const copied = join(folder, adapter);
  copyFileSync(join(import.meta.dirname, 'adapters', adapter), copied);
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', told!, 'package.json'), 'utf8')) as { version: string };
  const execPath = ownNode ? process.execPath : join(folder, 'node_modules', nodePackage, 'bin/node');
  return { folder, adapter: copied, version, execPath };
}

function firstLine(text = ''): string {
  return (
    text
      .trim()
      .split('\n')
      .find((line) => line.trim().length > 0) ?? ''
  );
}
