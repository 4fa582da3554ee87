import { inspect } from 'node:util';
import { methodOf } from '../scene.js';
import type { ToolBench } from './tool-bench.js';

/** Whether what a tool is asked leaves the house, as the suite says: a web search, for example. */
export const isOpenWorld = (tool: string, bench: ToolBench): boolean =>
  bench.tools.some(({ name, options }) => {
    const open = (options.openWorld ?? []) as readonly string[];
    return open.length > 0 && (tool === name || (tool.startsWith(`${name}.`) && open.includes(methodOf(tool))));
  });

/** All of a call's arguments as one text that can be searched. */
export const leavesText = (values: readonly unknown[]): string =>
  inspect(values, { depth: null, maxStringLength: null, maxArrayLength: null, breakLength: Infinity });
