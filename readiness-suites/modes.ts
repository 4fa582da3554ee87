import type { Mode } from './mode.js';
import { crashAfterSideEffect } from './modes/crash-after-side-effect.js';
import { faultFree } from './modes/fault-free.js';
import { malformedToolOutput } from './modes/malformed-tool-output.js';
import { toolTimeout } from './modes/tool-timeout.js';

/** All modes, in the order in which they run and are reported. */
export const modes = [faultFree, toolTimeout, malformedToolOutput, crashAfterSideEffect] as const satisfies readonly Mode[];

/** The id of a mode. */
export type ModeId = string;
