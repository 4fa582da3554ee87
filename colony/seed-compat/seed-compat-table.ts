import type { Look } from '../../sdk/cli/render/look.js';
import { table } from '../../sdk/cli/render/table.js';
import { seedCompatFlaws, type SeedCompatResult } from './seed-compat.js';

const columns = ['schedule', 'events', 'naive done/lost', '$', 'wall s', 'durable recoveries', '$', 'wall s'].map((head) => ({ head }));

/** The rows of both arms, and below them what is wrong with the protocol that they come from. */
export function seedCompatTable(results: readonly SeedCompatResult[], look: Look): string {
  const rows = results.map(({ profile, seed, events, naive, durable }) => [
    `${profile}/${seed}`,
    String(events),
    `${naive.done}/${naive.losses}`,
    String(naive.costUsd),
    String(naive.wallSeconds),
    String(durable.losses),
    String(durable.costUsd),
    String(durable.wallSeconds),
  ]);
  const { bold } = look.colors;
  return [
    bold('seed-compat: a flawed protocol, kept so that its published rows can be checked'),
    table(columns, rows, look),
    [bold('Why it proves little'), ...seedCompatFlaws.map((flaw) => `- ${flaw}`)].join('\n'),
  ].join('\n\n');
}
