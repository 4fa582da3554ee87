import type { LoggerTransport } from '@restatedev/restate-sdk';
import type { Telemetry } from '../telemetry/index.js';
import { workflowOfService } from './service-name.js';

/** A logger for Restate's SDK: what it warns of goes to our telemetry, and the rest, which tells of every call, to nobody. */
export function sdkWarnings(telemetry: Telemetry): LoggerTransport {
  return ({ level: of, context }, ...parts: unknown[]) => {
    // An enumeration of the SDK, which is loaded on use.
    const level: string = of;
    if (level !== 'warn' && level !== 'error') return;
    const message = parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
    const workflow = context && workflowOfService(context.serviceName)?.workflow;
    const run = context?.key !== undefined && workflow !== undefined ? { id: context.key, workflow } : undefined;
    telemetry.emit('restate.warned', run, { level, message });
  };
}
