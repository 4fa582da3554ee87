import type { Argument, Command, Option } from 'commander';

/** The part of docs/cli.md that follows from the program: every command with its arguments and options. */
export function renderReference(program: Command): string {
  const commands = program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => [command, ...command.commands]);
  return [
    heading('Options of every command'),
    table(['Option', 'Meaning'], program.options.map(optionRow)),
    ...commands.flatMap((command) => [
      heading(`\`${[fullName(command), ...command.registeredArguments.map(argumentName)].join(' ')}\``),
      command.description(),
      ...rows(['Argument', 'Meaning'], command.registeredArguments.map(argumentRow)),
      ...rows(['Option', 'Meaning'], command.options.map(optionRow)),
    ]),
  ].join('\n\n');
}

/** `readiness report` for a command within a command. */
function fullName(command: Command): string {
  const above = command.parent;
  return above?.parent ? `${fullName(above)} ${command.name()}` : command.name();
}

const heading = (text: string) => `### ${text}`;
function argumentName(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}
const argumentRow = (argument: Argument) => [`\`${argumentName(argument)}\``, argument.description];

function optionRow({ flags, description, argChoices, defaultValue, mandatory }: Option): string[] {
  const notes = [
    ...(argChoices ? [`One of ${argChoices.map((choice) => `\`${choice}\``).join(', ')}.`] : []),
    ...(defaultValue === undefined ? [] : [`Default ${String(defaultValue)}.`]),
    ...(mandatory ? ['Required.'] : []),
  ];
  return [`\`${flags}\``, [description, ...notes].join(' ')];
}

const rows = (head: readonly string[], body: readonly string[][]) => (body.length > 0 ? [table(head, body)] : []);

/** Padded as prettier pads it, so that formatting the page changes nothing. */
function table(head: readonly string[], body: readonly string[][]): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...body.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
