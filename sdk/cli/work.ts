import type { DurableFlow, TelemetryEvent } from '../index.js';
import type { Cli } from './cli.js';
import type { RegisterApp } from './load-app.js';
import { settledText } from './render/recovery.js';

/** Executes whatever comes until the process is asked to stop, with a line for every run that ends or comes to rest. */
export async function work(cli: Cli, register: RegisterApp): Promise<void> {
  const stopped = cli.io.stopped();
  let settled = 0;
  let current: DurableFlow | undefined;
  const telemetry = ({ event, run: id }: TelemetryEvent) => {
    if ((event !== 'run.ended' && event !== 'run.parked') || id === undefined || !current) return;
    const run = current.run(id).view();
    // Woken before it was put aside, it goes on at once.
    if (run.status === 'pending' || run.status === 'running') return;
    settled++;
    cli.stream({ data: { run }, text: (look) => settledText(run, look) });
  };
  await cli.withFlow(
    async (flow) => {
      current = flow;
      await register(flow);
      cli.stream({ data: { working: true }, text: ({ colors }) => colors.dim(`At work on ${cli.file}; stop with Ctrl-C.`) });
      await stopped;
      cli.progress('finishing what is under way …');
    },
    { telemetry },
  );
  cli.stream({ data: { stopped: true, settled }, text: () => `Stopped. Runs ended or came to rest ${settled} times here.` });
}
