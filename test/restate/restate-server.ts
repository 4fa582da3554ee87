import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, RestateNode } from '../../examples/restate-cluster/restate-node.js';
import { reapWithUs } from '../../readiness-suites/trial/reaper.js';

/** The real server, on ports and in a folder of its own: one node, or three of which any one may die. */
export class RestateServer {
  readonly nodes: readonly RestateNode[];
  readonly #folder: string;
  readonly #reaped: (() => void)[] = [];

  private constructor(folder: string, nodes: readonly RestateNode[]) {
    this.#folder = folder;
    this.nodes = nodes;
  }

  /** Starts it, and waits until it answers. Whoever starts it stops it: `afterAll(() => server.stop())`. */
  static async start({ nodes: count = 1 }: { readonly nodes?: 1 | 3 } = {}): Promise<RestateServer> {
    const folder = mkdtempSync(join(tmpdir(), 'durableflow-restate-'));
    const ports = await Promise.all(Array.from({ length: count }, () => freePorts()));
    const together = {
      RESTATE_CLUSTER_NAME: 'durableflow-test',
      RESTATE_DEFAULT_REPLICATION: '2',
      RESTATE_METADATA_CLIENT__ADDRESSES: JSON.stringify(ports.map(({ fabric }) => `http://127.0.0.1:${fabric}`)),
    };
    const nodes = ports.map(
      (own, i) =>
        new RestateNode({
          folder: join(folder, `node-${i + 1}`),
          ports: own,
          name: `node-${i + 1}`,
          env: {
            RESTATE_DEFAULT_NUM_PARTITIONS: '4',
            RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: '256 MB',
            RESTATE_AUTO_PROVISION: String(i === 0),
            ...(count > 1 && together),
          },
        }),
    );
    const server = new RestateServer(folder, nodes);
    try {
      for (const node of nodes) server.#start(node);
      await Promise.all(nodes.map((node) => node.ready()));
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Where runs are started and told things: the first node. */
  get ingress(): string {
    return this.nodes[0]!.ingress;
  }

  /** Where deployments are registered and state is read: the first node. */
  get admin(): string {
    return this.nodes[0]!.admin;
  }

  /** SIGKILL. */
  kill(node = 0): Promise<void> {
    return this.nodes[node]!.kill();
  }

  /** The same node again: the same data, the same ports. */
  async restart(node = 0): Promise<void> {
    this.#start(this.nodes[node]!);
    await this.nodes[node]!.ready();
  }

  /** Ends all of it, and removes its data. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    for (const reaped of this.#reaped) reaped();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #start(node: RestateNode): void {
    node.start();
    this.#reaped.push(reapWithUs(node.pid));
  }
}
