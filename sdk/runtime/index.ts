export { abortSignal, effectKey } from './body-scope.js';
export type { EnginePorts } from './call-host.js';
export { systemClock, type Clock } from './clock.js';
export { Dispatcher, type DispatcherOptions, type WorkflowFactory } from './dispatcher.js';
export { type Settlement } from './execution.js';
export { thisProcess } from './process-identity.js';
