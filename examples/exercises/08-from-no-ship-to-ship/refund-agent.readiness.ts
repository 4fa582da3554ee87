import { pathToFileURL } from 'node:url';
import { describe } from 'durableflow/vitest';
import { Crm } from './crm.js';
import type * as Learned from './solution.js';

// The learner's file, or the model answer where nobody says which.
const file = process.env['EXERCISE_FILE'];
const { RefundAgent } = (file === undefined ? await import('./solution.js') : await import(pathToFileURL(file).href)) as typeof Learned;

describe.readiness(RefundAgent, {
  input: 'ann',
  agent: ({ tool }) => new RefundAgent(tool(new Crm(), { reads: ['lastOrder', 'findRefund'] })),
  allowedEffects: ['refund'],
  // Four of fifteen, so that a check takes seconds. A verdict of "ship" needs them all.
  ...(!process.env['EXERCISE_ALL'] && { modes: ['fault_free', 'tool_timeout', 'crash_after_side_effect', 'approval_bypass'] as const }),
  deadline: '8s',
});
