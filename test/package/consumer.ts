import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectRoot } from '../docs/code-blocks.js';

/** A project of somebody who has installed the packed package. */
export interface Consumer {
  readonly folder: string;
  /** What `npm pack` says of the tarball. */
  readonly tarball: Tarball;
  remove(): void;
}

interface Tarball {
  readonly filename: string;
  /** Bytes, as it is downloaded. */
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

/**
 * Builds and packs the package, and installs the tarball in an empty folder, with `packages` beside it; or, if none are named,
 * with what this project has.
 */
export function installPackage(...packages: readonly string[]): Consumer {
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-consumer-'));
  const modules = join(folder, 'node_modules');
  npm(projectRoot, 'run', 'build');
  const packed = npm(projectRoot, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder);
  const [tarball] = JSON.parse(packed) as [Tarball];
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', `./${tarball.filename}`, ...packages);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if (packages.length > 0) return { folder, tarball, remove };
  takeOverSqlite(folder);
  for (const tool of ['tsx', 'typescript', 'vitest', '@types/node', '.bin/tsx']) {
    mkdirSync(dirname(join(modules, tool)), { recursive: true });
    symlinkSync(join(projectRoot, 'node_modules', tool), join(modules, tool));
  }
  return { folder, tarball, remove };
}

/** Compiling SQLite takes a minute and is not what is tested here, so the binary that this project has built is taken over. */
export function takeOverSqlite(folder: string): void {
  const build = 'node_modules/better-sqlite3/build';
  cpSync(join(projectRoot, build), join(folder, build), { recursive: true });
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
