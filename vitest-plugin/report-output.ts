import type { VitestShape } from './vitest-shapes.js';

/** Reporters that own standard output if they have no file. */
const forPrograms = ['json', 'junit', 'tap', 'tap-flat'];

/** Where a report for people goes: not into the output of a reporter for programs. */
export function outputOf({ config: { reporters = [], outputFile } }: VitestShape): NodeJS.WriteStream {
  const names = reporters.map((it) => (Array.isArray(it) ? (it[0] as unknown) : it));
  const isTaken = outputFile === undefined && names.some((it) => typeof it === 'string' && forPrograms.includes(it));
  return isTaken ? process.stderr : process.stdout;
}
