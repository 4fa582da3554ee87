import type { Argument, Command, Option } from 'commander';
import type { NameKind } from '../../sqlite/find-names.js';

/** A word that may stand there, and what it means. */
export interface Candidate {
  readonly word: string;
  readonly note: string;
}

/** What may stand at the end of a line; `paths`: what the shell itself completes there. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly paths?: 'files' | 'folders';
}

/** Names from a database; nothing if there is none. */
export type FindNames = (
  kind: NameKind,
  beginning: string,
  of: string | undefined,
  db: string | undefined,
) => Promise<readonly Candidate[]>;

type NamesOf = (kind: NameKind, beginning: string) => Promise<readonly Candidate[]>;

const nothing: Completion = { candidates: [] };

/** What the placeholder of an argument or option stands for: `<run>` is a run, wherever it stands. */
const kinds: Readonly<Record<string, NameKind>> = {
  run: 'run',
  runs: 'ended run',
  left: 'run',
  right: 'run',
  approval: 'open approval',
  call: 'doubt',
  request: 'planner request',
};
const paths: Readonly<Record<string, 'files' | 'folders'>> = { file: 'files', files: 'files', module: 'files', folder: 'folders' };

/** What may stand in place of the last of these words, which may be empty. Options, choices and commands are read from the program itself. */
export async function completeWords(program: Command, words: readonly string[], findNames: FindNames): Promise<Completion> {
  const typed = words.at(-1) ?? '';
  const line = readLine(program, words.slice(0, -1));
  const { command, pending, operands, db } = line;
  const names = (kind: NameKind, beginning: string) => findNames(kind, beginning, operands[0], db);
  if (pending) return valueOf(pending, typed, names);
  const [, flag, value] = /^(--[^=]+)=(.*)$/s.exec(typed) ?? [];
  const assigned = flag === undefined ? undefined : optionOf(command, flag);
  if (assigned && flag !== undefined && value !== undefined) {
    const { candidates, ...rest } = await valueOf(assigned, value, names);
    return { ...rest, candidates: candidates.map(({ word, note }) => ({ word: `${flag}=${word}`, note })) };
  }
  if (typed.startsWith('-') && !line.onlyOperands) return beginning(optionsOf(command).flatMap(flagCandidates), typed);
  const commands = operands.length > 0 ? [] : command.createHelp().visibleCommands(command);
  const below = commands.map((it) => ({ word: it.name(), note: it.summary() || it.description() }));
  if (command.registeredArguments.length === 0) return beginning(below, typed);
  const argument = argumentAt(command, operands.length);
  const there = argument ? await valuesOf(argument.name(), argument.argChoices, typed, names) : nothing;
  return { ...there, candidates: [...beginning(below, typed).candidates, ...there.candidates] };
}

interface Line {
  readonly command: Command;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  readonly operands: readonly string[];
  readonly onlyOperands: boolean;
  /** The value of `--db`. */
  readonly db: string | undefined;
}

/** Which command the words name, and what was given to it. */
function readLine(program: Command, words: readonly string[]): Line {
  let command = program;
  let pending: Option | undefined;
  let onlyOperands = false;
  let db: string | undefined;
  const operands: string[] = [];
  for (const word of words) {
    if (pending) {
      if (pending.long === '--db') db = word;
      pending = undefined;
    } else if (!onlyOperands && word === '--') onlyOperands = true;
    else if (!onlyOperands && word.startsWith('-')) {
      const [flag = word, value] = word.split(/=(.*)/s);
      const option = optionOf(command, flag);
      if (option?.required && value === undefined) pending = option;
      if (option?.long === '--db') db = value;
    } else {
      const below = operands.length === 0 ? command.commands.find((it) => it.name() === word) : undefined;
      if (below) command = below;
      else operands.push(word);
    }
  }
  return { command, pending, operands, onlyOperands, db };
}

async function valueOf(option: Option, typed: string, names: NamesOf): Promise<Completion> {
  const [, placeholder = ''] = /<([^>]+)>/.exec(option.flags) ?? [];
  if (option.long === '--workflow') return { candidates: await names('workflow', typed) };
  return valuesOf(placeholder, option.argChoices, typed, names);
}

async function valuesOf(placeholder: string, choices: readonly string[] | undefined, typed: string, names: NamesOf): Promise<Completion> {
  if (choices) return beginning(choices.map((word) => ({ word, note: '' })), typed); // prettier-ignore
  const within = paths[placeholder];
  if (within) return { candidates: [], paths: within };
  const kind = kinds[placeholder];
  return kind ? { candidates: await names(kind, typed) } : nothing;
}

/** The options of the command, and those of the commands that it stands in. */
function optionsOf(command: Command): Option[] {
  const help = command.createHelp();
  const own = help.visibleOptions(command).filter(({ hidden }) => !hidden);
  return command.parent ? [...own, ...optionsOf(command.parent).filter(({ long }) => !own.some((it) => it.long === long))] : own;
}

const optionOf = (command: Command, flag: string) => optionsOf(command).find(({ long, short }) => long === flag || short === flag);

const flagCandidates = ({ long, description }: Option): Candidate[] => (long ? [{ word: long, note: description }] : []);

function argumentAt({ registeredArguments }: Command, index: number): Argument | undefined {
  const last = registeredArguments.at(-1);
  return registeredArguments[index] ?? (last?.variadic ? last : undefined);
}

const beginning = (candidates: readonly Candidate[], typed: string): Completion => ({
  candidates: candidates.filter(({ word }) => word.startsWith(typed)),
});
