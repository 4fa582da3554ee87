import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.js';
import type { PeerServer } from './peer-server.js';
import { memoryOfTree } from './process-memory.js';

/**
 * A new Restate server with the settings that it has by itself, on loopback.
 *
 * @param installed where its packages are
 * @throws if there is no binary for this platform, or the server does not start.
 */
export async function startRestate(folder: string, installed: string): Promise<PeerServer> {
  const binary = join(installed, 'node_modules/@restatedev', `restate-server-${process.platform}-${process.arch}`, 'bin/restate-server');
  const [ingress, admin, node] = await Promise.all([freePort(), freePort(), freePort()]);
  const base = join(folder, 'restate');
  mkdirSync(base);
  const server = spawn(binary, ['--no-logo', '--listen-mode', 'tcp', '--bind-ip', '127.0.0.1', '--node-name', 'bench'], {
    cwd: base,
    stdio: 'ignore',
    env: {
      ...process.env,
      RESTATE_BASE_DIR: base,
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
      RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
    },
  });
  const failed = new Promise<never>((_, reject) => server.once('error', reject));
  const ended = once(server, 'exit');
  const adminUrl = `http://127.0.0.1:${admin}`;
  for (let tries = 0; !(await Promise.race([isHealthy(adminUrl), failed])); tries++) {
    if (server.exitCode !== null || tries > 300) {
      server.kill('SIGKILL');
      throw new Error(`the Restate server did not start (exit code ${server.exitCode})`);
    }
    await delay(100);
  }
  return {
    address: JSON.stringify({ ingress: `http://127.0.0.1:${ingress}`, admin: adminUrl }),
    memoryMb: () => memoryOfTree(server.pid!),
    async stop() {
      server.kill('SIGTERM');
      const timer = setTimeout(() => server.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function isHealthy(adminUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${adminUrl}/health`)).ok;
  } catch {
    return false;
  }
}
