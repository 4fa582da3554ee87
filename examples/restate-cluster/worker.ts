// A worker of the story: executes orders for the Restate server, and tells on stdout what it does, in telemetry JSON lines.
import { DurableFlow, jsonLines } from 'durableflow';
import { restateStore, serve } from 'durableflow/restate';
import { Order, Shop } from './order.js';

/** What a worker is told by its first argument, as JSON. */
export interface WorkerOrders {
  readonly name: string;
  readonly ingress: string;
  readonly admin: string;
  /** Where it listens. */
  readonly port: number;
  /** Where the server finds it. */
  readonly advertise: string;
  readonly shop: string;
}

const { name, ingress, admin, port, advertise, shop } = JSON.parse(process.argv[2]!) as WorkerOrders;
const store = await restateStore({ ingress, admin, follow: false });
const flow = await DurableFlow.open(store, { telemetry: jsonLines(process.stdout) });
flow.register(Order, () => new Order(new Shop(shop, name)));
await serve(flow, { port, advertise });
process.stdout.write('{"event":"ready"}\n');
