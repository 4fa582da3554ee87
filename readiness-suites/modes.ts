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

/** By the id of each, in the order in which they run and are reported. */
const modesById = {
  fault_free: faultFree,
  tool_timeout: toolTimeout,
  malformed_tool_output: malformedToolOutput,
  prompt_injection: promptInjection,
  context_overflow: contextOverflow,
  model_fallback: modelFallback,
  crash_after_side_effect: crashAfterSideEffect,
  approval_bypass: approvalBypass,
  secret_leakage: secretLeakage,
  runaway_loop: runawayLoop,
  retry_storm: retryStorm,
  divergence,
  code_changed_under_parked_run: codeChangedUnderParkedRun,
  concurrent_resume: concurrentResume,
  disk_full: diskFull,
} satisfies Readonly<Record<string, Mode>>;

/** The id of a mode. */
export type ModeId = keyof typeof modesById;

/** All modes. */
export const modes: readonly Mode[] = Object.values(modesById);

/** Those without which there is no ship, whatever a suite chooses. */
export const coreModes: ReadonlySet<string> = new Set<ModeId>([
  'fault_free',
  'tool_timeout',
  'malformed_tool_output',
  'prompt_injection',
  'context_overflow',
  'model_fallback',
  'crash_after_side_effect',
]);
