import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.js';
import type { PeerServer } from './peer-server.js';
import { memoryOfTree } from './process-memory.js';

/**
 * A new PostgreSQL with the settings that it has by itself, on loopback.
 *
 * @throws if PostgreSQL is not on this machine, or does not start.
 */
export async function startPostgres(folder: string): Promise<PeerServer> {
  const bin = postgresFolder();
  if (!bin) throw new Error('PostgreSQL is not on this machine (Debian: apt-get install postgresql)');
  const data = join(folder, 'postgres');
  mkdirSync(data);
  // It refuses to be root; its package brings a user for it.
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (user.uid !== undefined) {
    chownSync(folder, user.uid, user.gid);
    chownSync(data, user.uid, user.gid);
  }
  const port = await freePort();
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--no-locale'], {
    ...user,
    cwd: data,
    stdio: 'pipe',
  });
  const args = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${data}`];
  const server = spawn(join(bin, 'postgres'), args, { ...user, cwd: data, stdio: 'ignore' });
  const ended = once(server, 'exit');
  for (let tries = 0; !isReady(bin, port); tries++) {
    if (server.exitCode !== null || tries > 200) throw new Error(`PostgreSQL did not start (exit code ${server.exitCode})`);
    await delay(50);
  }
  return {
    address: `postgresql://bench@127.0.0.1:${port}/job`,
    memoryMb: () => memoryOfTree(server.pid!),
    async stop() {
      // "Fast shutdown": connections are ended, and not waited for.
      server.kill('SIGINT');
      await ended;
    },
  };
}

function postgresFolder(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...versions.map((version) => join(debian, version, 'bin'))];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_isready')));
}

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
}

function isReady(bin: string, port: number): boolean {
  try {
    execFileSync(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port), '-q']);
    return true;
  } catch {
    return false;
  }
}
