import { createServer, type Http2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { milliseconds, type Duration } from '../definition/duration.js';
import { DurableFlowError } from '../errors/index.js';
import { engineOf } from '../flow/engine-of.js';
import type { DurableFlow } from '../durable-flow.js';
import type { Registration } from '../runtime/index.js';
import type { Store } from '../store/index.js';
import { effectKeys } from './effect-keys.js';
import { loadSdk } from './load-sdk.js';
import { ReplicaPool } from './replica-pool.js';
import type { RunLogHost } from './run-log.js';
import { registerDeployment } from './register-deployment.js';
import { runHandlers, type ActiveRuns } from './run-service.js';
import { sdkWarnings } from './sdk-warnings.js';
import { serviceNameOf } from './service-name.js';
import { RestatePayloads } from './size-limits.js';

/** Options of `serve`. */
export interface ServeOptions {
  /** Where the Restate server reaches this worker. Default: a free port of the loopback address. */
  readonly port?: number;
  readonly host?: string;
  /** Under which URL the Restate server reaches this worker, if it is to be registered as a deployment there. */
  readonly advertise?: string;
  /** The admin API to register it with, such as `http://127.0.0.1:9070`. Default: that of the flow's store, if it is a `restateStore`. */
  readonly admin?: string;
  /** Takes the place of a deployment that had the same URL, although runs of its services are open that are not served any more. */
  readonly force?: boolean;
  /** Sent with the registration, for example `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Runs that have ended are kept by the server for so long. Default `'30d'`. */
  readonly retention?: Duration;
  /** A run that waits leaves the worker's memory after this time. Default `'10s'`. */
  readonly inactivityTimeout?: Duration;
  /** No body takes longer than this; one that does is taken for lost, and begun again. Default: a day, or the longest timeout of a method. */
  readonly abortTimeout?: Duration;
}

/** A worker that serves runs. */
export interface RestateWorker {
  /** What is registered with the Restate server as a deployment. */
  readonly url: string;
  /** Takes no more work, lets bodies that are under way finish for `grace` (default `'5s'`), and gives the runs back. */
  close(options?: { readonly grace?: Duration }): Promise<void>;
}

/** Seams for tests that stop a process at a write. */
interface Seams {
  readonly wrapStore?: (store: Store) => Store;
}

const day = 24 * 60 * 60 * 1000;

/** Of the time after which a silent handler is put to sleep, the share after which a busy one speaks. */
const keepAliveShare = 0.5;

/**
 * Makes this process a worker of a Restate server for all classes that the flow has registered: runs that are started there are
 * executed here, as they would be on a file. Register the `url` as a deployment of the server. Throws `DF_RESTATE_UNSUPPORTED`
 * for what cannot be had there, `DF_RESTATE_ADDRESS` if the server knows `advertise` with other classes whose runs are open, `DF_RESTATE_LISTEN` if the port is taken, and `DF_PEER_MISSING` without `@restatedev/restate-sdk`.
 *
 * @example
 * ```ts
 * import { DurableFlow, step, workflow } from 'durableflow';
 * import { serve } from 'durableflow/restate';
 *
 * @workflow({ name: 'greeter' })
 * class Greeter {
 *   run(name: string) {
 *     return this.greet(name);
 *   }
 *
 *   @step()
 *   async greet(name: string) {
 *     return `Hello, ${name}`;
 *   }
 * }
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Greeter, () => new Greeter());
 * const worker = await serve(flow);
 * console.log(worker.url.startsWith('http://127.0.0.1:')); // true
 * await worker.close();
 * await flow.close();
 * ```
 */
export function serve(flow: DurableFlow, options: ServeOptions = {}): Promise<RestateWorker> {
  return serveWith(flow, options, {});
}

/** The same, with seams. */
export async function serveWith(flow: DurableFlow, options: ServeOptions, { wrapStore = (store) => store }: Seams): Promise<RestateWorker> {
  const { ports: own, registry } = engineOf(flow);
  const ports = { ...own, payloads: new RestatePayloads(own.payloads) };
  const registrations = registry.all();
  if (registrations.length === 0)
    throw new DurableFlowError('DF_INVALID_INPUT', 'serve(flow) serves the classes that are registered, and there are none');
  for (const registration of registrations) assertSupported(registration);
  const sdk = await loadSdk();
  const inactivityTimeout = milliseconds(options.inactivityTimeout ?? '10s', 'inactivityTimeout');
  const retention = milliseconds(options.retention ?? '30d', 'retention');
  let closing = false;
  const pool = new ReplicaPool();
  const host: RunLogHost = { ports, registry, pool, wrapStore, keepAlive: inactivityTimeout * keepAliveShare, isClosing: () => closing };
  const active: ActiveRuns = new Set();
  const services = registrations.map(({ definition }) => {
    const name = serviceNameOf(definition.name, definition.version);
    return sdk.workflow({
      name,
      handlers: runHandlers(sdk, host, name, active),
      options: {
        inactivityTimeout,
        abortTimeout: milliseconds(options.abortTimeout ?? longestBody(registrations), 'abortTimeout'),
        journalRetention: retention,
        workflowRetention: retention,
        enableLazyState: true,
        retryPolicy: { initialInterval: 100, maxInterval: 10_000, exponentiationFactor: 2, maxAttempts: 100, onMaxAttempts: 'pause' },
      },
    });
  });
  const keys = [...new Set(registrations.map(({ definition }) => definition.name))].map((workflow) => effectKeys(sdk, workflow));
  const server = createServer(sdk.createEndpointHandler({ services: [...services, ...keys], logger: sdkWarnings(ports.telemetry) }));
  const sessions = new Set<Http2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  const { port = 0, host: address = '127.0.0.1' } = options;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(notListening(address, port, cause))).listen(port, address, resolve);
  });
  const worker: RestateWorker = {
    url: `http://${address}:${(server.address() as AddressInfo).port}`,
    async close({ grace = '5s' } = {}) {
      if (closing) return;
      closing = true;
      const ms = milliseconds(grace, 'grace');
      await Promise.race([
        Promise.all([...active].map((log) => log.release(ms))),
        new Promise((resolve) => setTimeout(resolve, ms + 1000).unref()),
      ]);
      const closed = new Promise((resolve) => server.close(resolve));
      for (const session of sessions) session.destroy();
      await closed;
      await pool.close();
    },
  };
  try {
    const names = [...services, ...keys].map(({ name }) => name);
    if (options.advertise !== undefined)
      await registerDeployment(ports.store, { ...options, advertise: options.advertise, services: names });
  } catch (error) {
    await worker.close({ grace: 0 });
    throw error;
  }
  return worker;
}

function notListening(host: string, port: number, cause: NodeJS.ErrnoException): DurableFlowError {
  const why = cause.code === 'EADDRINUSE' ? 'another program has the port' : cause.message;
  return new DurableFlowError('DF_RESTATE_LISTEN', `a worker cannot listen on ${host}:${port}: ${why}`, { cause });
}

function longestBody(registrations: readonly Registration[]): number {
  const timeouts = registrations.flatMap(({ definition }) => [...definition.methods.values()].map(({ timeout }) => timeout ?? 0));
  return Math.max(day, ...timeouts.map((timeout) => timeout * 2));
}

/** Called by its name, or as compilers of modules write that; not a method of the same name, which any database has. */
const callsTransaction = /(?<![.\w$#])transaction\s*\(|\(0,\s*[\w$.]+\.transaction\)\s*\(/;

/** A method may be called `transaction` itself. */
function sourceAfterName(body: (...args: never[]) => unknown): string {
  const source = Function.prototype.toString.call(body);
  return source.slice(source.indexOf('(') + 1);
}

/** What the class asks for is to be had on Restate. */
function assertSupported({ definition, queue }: Registration): void {
  const refuse = (what: string) => {
    throw new DurableFlowError('DF_RESTATE_UNSUPPORTED', `workflow "${definition.name}" version "${definition.version}" ${what}`);
  };
  if (queue) refuse(`goes through queue "${queue.name}"; on Restate there are no queues with limits`);
  for (const { id, body } of definition.methods.values())
    if (callsTransaction.test(sourceAfterName(body)))
      refuse(`calls transaction() in ${id}; it needs the SQLite file that a run is in, and on Restate there is none`);
}
