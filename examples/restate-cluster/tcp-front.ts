import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A load balancer, as small as can be: one address, behind which several workers stand. */
export class TcpFront {
  /** Ports of workers, in the order in which they are tried. Connections that are open stay where they are. */
  targets: readonly number[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(targets: readonly number[]) {
    this.targets = targets;
    this.#server = createServer((socket) => this.#join(socket, [...this.targets]));
  }

  static async listen(targets: readonly number[] = [], port = 0): Promise<TcpFront> {
    const front = new TcpFront(targets);
    front.#server.listen(port, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts the connections that are open, as a load balancer does that has noticed that a worker is out. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Goes to the first worker that takes the connection. */
  #join(socket: Socket, [port, ...others]: readonly number[]): void {
    this.#keep(socket);
    if (port === undefined) return void socket.destroy();
    const worker = connect(port, '127.0.0.1');
    this.#keep(worker);
    worker.once('error', () => this.#join(socket, others));
    worker.once('connect', () => {
      worker.removeAllListeners('error').on('error', () => socket.destroy());
      worker.on('close', () => socket.destroy());
      socket.on('close', () => worker.destroy());
      socket.pipe(worker).pipe(socket);
    });
  }

  #keep(socket: Socket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
