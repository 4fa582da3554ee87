import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * One address for all processes of a trial, as a load balancer is for the machines of a service: a server knows this one only.
 * Whoever comes while no process is there waits until there is one, so that nobody has to try again and again.
 */
export class WorkerFront {
  readonly #server: Server;
  /** Ports of the processes that are there, by their number in the trial. */
  readonly #workers = new Map<number, number>();
  /** Connections, by the process that they lead to. */
  readonly #open = new Map<number, Set<Socket>>();
  readonly #waiting = new Set<Socket>();
  #turn = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param port an earlier front's, to take its place; by default any that is free */
  static async open(port = 0): Promise<WorkerFront> {
    const server = createServer({ pauseOnConnect: true });
    const front = new WorkerFront(server);
    server.on('connection', (socket) => front.#lead(socket));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** This process takes connections from now on. */
  join(worker: number, port: number): void {
    this.#workers.set(worker, port);
    for (const socket of [...this.#waiting]) this.#lead(socket);
  }

  /** This process is taken for dead: it gets no more connections, and those that it has are cut. */
  drop(worker: number): void {
    this.#workers.delete(worker);
    for (const socket of this.#open.get(worker) ?? []) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of [...this.#waiting, ...[...this.#open.values()].flatMap((it) => [...it])]) socket.destroy();
    await closed;
  }

  #lead(client: Socket): void {
    const workers = [...this.#workers];
    const chosen = workers[this.#turn++ % workers.length];
    if (!chosen) {
      this.#waiting.add(client);
      client.once('close', () => this.#waiting.delete(client)).on('error', () => {});
      return;
    }
    this.#waiting.delete(client);
    const [worker, port] = chosen;
    const behind = connect(port, '127.0.0.1');
    behind.once('connect', () => {
      if (this.#workers.get(worker) !== port) {
        // It was dropped meanwhile.
        behind.destroy();
        if (!client.destroyed) this.#lead(client);
        return;
      }
      this.#keep(worker, client, behind);
      client.pipe(behind).pipe(client);
      client.resume();
    });
    behind.once('error', () => {
      if (!behind.connecting && behind.bytesWritten + behind.bytesRead > 0) return;
      // Nobody is there any more; another one may be.
      if (this.#workers.get(worker) === port) this.#workers.delete(worker);
      if (!client.destroyed) this.#lead(client);
    });
  }

  #keep(worker: number, client: Socket, behind: Socket): void {
    const open = this.#open.get(worker) ?? new Set();
    this.#open.set(worker, open);
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      open.add(one);
      one.on('error', () => {});
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  }
}
