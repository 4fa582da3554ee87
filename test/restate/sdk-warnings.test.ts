import type { LoggerContext, LogMetadata } from '@restatedev/restate-sdk';
import { expect, it } from 'vitest';
import { sdkWarnings } from '../../sdk/restate/sdk-warnings.js';
import { serviceNameOf } from '../../sdk/restate/service-name.js';
import { Telemetry } from '../../sdk/telemetry/index.js';

it('tells telemetry what the SDK warns of, with the run, and nothing else', () => {
  const events: unknown[] = [];
  const log = sdkWarnings(new Telemetry((event) => events.push(event), () => 7)); // prettier-ignore
  const context = { key: 'order-1', serviceName: serviceNameOf('orders', '1') } as LoggerContext;
  // The SDK exports the names of its levels as types alone.
  const meta = (level: string) => ({ source: 'SYSTEM', replaying: false, level }) as LogMetadata;
  log({ ...meta('info'), context }, 'Starting invocation.');
  log({ ...meta('warn'), context }, 'The connection is gone:', new Error('closed'));
  log(meta('error'), 'no run');
  expect(events).toEqual([
    { time: 7, event: 'restate.warned', run: 'order-1', workflow: 'orders', level: 'warn', message: 'The connection is gone: closed' },
    { time: 7, event: 'restate.warned', level: 'error', message: 'no run' },
  ]);
});
