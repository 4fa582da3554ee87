import type { Mode } from './mode.js';
import { approvalBypass } from './modes/approval-bypass.js';
import { contextOverflow } from './modes/context-overflow.js';
import { crashAfterSideEffect } from './modes/crash-after-side-effect.js';
import { codeChangedUnderParkedRun } from './modes/code-changed-under-parked-run.js';
import { concurrentResume } from './modes/concurrent-resume.js';
import { diskFull } from './modes/disk-full.js';
import { divergence } from './modes/divergence.js';
import { faultFree } from './modes/fault-free.js';
import { malformedToolOutput } from './modes/malformed-tool-output.js';
import { modelFallback } from './modes/model-fallback.js';
import { promptInjection } from './modes/prompt-injection.js';
import { retryStorm } from './modes/retry-storm.js';
import { runawayLoop } from './modes/runaway-loop.js';
import { secretLeakage } from './modes/secret-leakage.js';
import { toolTimeout } from './modes/tool-timeout.js';

/** All modes, in the order in which they run and are reported. */
export const modes = [
  faultFree,
  toolTimeout,
  malformedToolOutput,
  promptInjection,
  contextOverflow,
  modelFallback,
  crashAfterSideEffect,
  approvalBypass,
  secretLeakage,
  runawayLoop,
  retryStorm,
  divergence,
  codeChangedUnderParkedRun,
  concurrentResume,
  diskFull,
] as const satisfies readonly Mode[];

/** Those without which there is no ship, whatever a suite chooses. */
export const coreModes: ReadonlySet<string> = new Set([
  'fault_free',
  'tool_timeout',
  'malformed_tool_output',
  'prompt_injection',
  'context_overflow',
  'model_fallback',
  'crash_after_side_effect',
]);

/** The id of a mode. */
export type ModeId = string;
