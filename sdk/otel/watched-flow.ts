import type { BatchObservableCallback, Meter } from '@opentelemetry/api';

/** What is measured of an open flow; a `DurableFlow` is one. */
export interface WatchedFlow {
  countRuns(): Readonly<Partial<Record<string, number>>>;
  approvals(): readonly unknown[];
  queues(): readonly { readonly name: string; readonly pending: number; readonly running: number; readonly waiting: number }[];
}

/** Gauges over a whole file, read when metrics are collected; returns what takes them away. */
export function watchFlow(meter: Meter, flow: WatchedFlow): () => void {
  const runs = meter.createObservableGauge('durableflow.runs', { unit: '{run}', description: 'Runs in the file, by status.' });
  const approvals = meter.createObservableGauge('durableflow.approvals.pending', {
    unit: '{approval}',
    description: 'Gates that wait for a decision.',
  });
  const queues = meter.createObservableGauge('durableflow.queue.runs', {
    unit: '{run}',
    description: 'Runs of a queue that wait for a place, are executed, or wait for something else.',
  });
  const observe: BatchObservableCallback = (result) => {
    try {
      for (const [status, count] of Object.entries(flow.countRuns())) result.observe(runs, count ?? 0, { 'durableflow.status': status });
      result.observe(approvals, flow.approvals().length);
      for (const { name, pending, running, waiting } of flow.queues())
        for (const [state, count] of Object.entries({ pending, running, waiting }))
          result.observe(queues, count, { 'durableflow.queue': name, 'durableflow.state': state });
    } catch {
      // Closed, or out of order: there is nothing to measure.
    }
  };
  const instruments = [runs, approvals, queues];
  meter.addBatchObservableCallback(observe, instruments);
  return () => meter.removeBatchObservableCallback(observe, instruments);
}
