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
  /** All that have come and not gone, also those that are just being led to a process. */
  readonly #clients = new Set<Socket>();
  #turn = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param port an earlier front's, to take its place; by default any that is free */
  static async open(port = 0): Promise<WorkerFront> {
    const server = createServer({ pauseOnConnect: true });
    const front = new WorkerFront(server);
    server.on('connection', (socket) => front.#receive(socket));
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
    // None of them is led anywhere any more.
    for (const client of this.#clients) client.destroy();
    await closed;
  }

  #receive(client: Socket): void {
    this.#clients.add(client);
    client.on('error', () => {});
    client.once('close', () => {
      this.#clients.delete(client);
      this.#waiting.delete(client);
    });
    this.#lead(client);
  }

  #lead(client: Socket): void {
    const workers = [...this.#workers];
    const chosen = workers[this.#turn++ % workers.length];
    if (!chosen) return void this.#waiting.add(client);
    this.#waiting.delete(client);
    const [worker, port] = chosen;
    const behind = connect(port, '127.0.0.1');
    let isThere = false;
    behind.once('connect', () => {
      isThere = true;
      // Meanwhile it may have been taken for dead.
      const isLate = this.#workers.get(worker) !== port;
      if (client.destroyed || isLate) behind.destroy();
      if (client.destroyed) return;
      if (isLate) return this.#lead(client);
      this.#keep(worker, client, behind);
      client.pipe(behind).pipe(client);
      client.resume();
    });
    behind.on('error', () => {
      if (isThere) return;
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
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  }
}
