import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DurableFlowError } from 'durableflow';

export interface NodeOptions {
  /** Where it keeps its data. A node that starts in the folder of one that was killed goes on with what is there. */
  readonly folder: string;
  readonly ports: NodePorts;
  readonly name?: string;
  /** Settings of the server beside those that are made of the other options: `RESTATE_…`. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface NodePorts {
  readonly ingress: number;
  readonly admin: number;
  /** What nodes speak to each other on. */
  readonly fabric: number;
}

/** One process of the real Restate server, on loopback. It is started from the binary itself, so that a signal reaches the server. */
export class RestateNode {
  readonly ports: NodePorts;
  readonly ingress: string;
  readonly admin: string;
  readonly #options: NodeOptions;
  #child: ChildProcess | undefined;
  #said = '';

  constructor(options: NodeOptions) {
    this.#options = options;
    this.ports = options.ports;
    this.ingress = `http://127.0.0.1:${options.ports.ingress}`;
    this.admin = `http://127.0.0.1:${options.ports.admin}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts the process; `ready` waits until it answers. Throws `DF_PEER_MISSING`. */
  start(): void {
    const { folder, ports, name, env } = this.#options;
    mkdirSync(folder, { recursive: true });
    const child = spawn(restateBinary(), ['--no-logo'], {
      // A group of its own, so that Ctrl+C in a terminal lets those who use it end first.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        RESTATE_BASE_DIR: folder,
        RESTATE_NODE_NAME: name ?? 'node',
        RESTATE_LISTEN_MODE: 'tcp',
        RESTATE_BIND_ADDRESS: `127.0.0.1:${ports.fabric}`,
        RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${ports.fabric}`,
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ports.ingress}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${ports.admin}`,
        RESTATE_DISABLE_TELEMETRY: 'true',
        RESTATE_LOG_FILTER: 'warn',
        ...env,
      },
    });
    for (const output of [child.stdout, child.stderr])
      output.on('data', (chunk) => (this.#said = (this.#said + String(chunk)).slice(-4000)));
    this.#child = child;
    endWithUs(child);
  }

  /** Resolves when both of its interfaces answer. Throws if it has ended, or after a minute. */
  async ready(): Promise<void> {
    const end = Date.now() + 60_000;
    while (!(await this.#isReady())) {
      if (this.#child?.exitCode != null)
        throw new Error(`restate-server ended with exit code ${this.#child.exitCode}. ${this.#said.trim()}`);
      if (Date.now() > end) throw new Error(`restate-server does not answer at ${this.admin}. ${this.#said.trim()}`);
      await sleep(25);
    }
  }

  /** It answers before its partitions are there, without which nothing can be read. */
  async #isReady(): Promise<boolean> {
    const query = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"SELECT count(*) FROM state"}' };
    return (await answers(`${this.ingress}/restate/health`)) && (await answers(`${this.admin}/query`, query));
  }

  /** Ends it as a loss of power would, as far as a process can tell; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}

/** Whoever stops the story stops its processes. */
export function endWithUs(child: ChildProcess): void {
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
}

/** Ports of loopback that nobody listens on now. */
export async function freePorts(): Promise<NodePorts> {
  const [ingress, admin, fabric] = await Promise.all([freePort(), freePort(), freePort()]);
  return { ingress, admin, fabric };
}

/** A port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The path of the server's binary. Throws `DF_PEER_MISSING` if it is not installed. */
export function restateBinary(): string {
  const require = createRequire(import.meta.url);
  try {
    const server = createRequire(require.resolve('@restatedev/restate-server/package.json'));
    return server.resolve(`@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`);
  } catch (error) {
    throw new DurableFlowError(
      'DF_PEER_MISSING',
      'the package "@restatedev/restate-server" is not installed: npm install --save-dev @restatedev/restate-server',
      { cause: error },
    );
  }
}

async function answers(url: string, request: RequestInit = {}): Promise<boolean> {
  try {
    return (await fetch(url, { ...request, signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}
