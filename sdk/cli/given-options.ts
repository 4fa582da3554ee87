import type { Command } from 'commander';

/**
 * What was said to a subcommand, over its defaults. Options that its command has as well are read by that one, wherever they
 * stand; so what was said there counts for both.
 */
export function givenOptions<T extends object>(subcommand: Command): T {
  const { parent } = subcommand;
  const isKnown = (name: string) => subcommand.options.some((option) => option.attributeName() === name);
  const said = Object.entries(parent?.opts() ?? {}).filter(([name]) => isKnown(name) && parent!.getOptionValueSource(name) === 'cli');
  return { ...subcommand.opts<T>(), ...Object.fromEntries(said) };
}
