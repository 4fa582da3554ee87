import { Argument } from 'commander';
import { examples } from '../arguments.js';
import type { Cli } from '../cli.js';
import { completeWords, type Completion, type FindNames } from '../completion/complete-words.js';
import { shellScripts, shells, type Shell } from '../completion/shell-scripts.js';
import { wordsOfLine } from '../completion/words-of-line.js';
import { shellWord } from '../next-steps.js';
import { plain } from '../render/plain.js';
import { isRestate, namesOnRestate } from '../restate-database.js';
import { cut } from '../render/value.js';

/** `durableflow completion SHELL`, and what its script asks for at every Tab. */
export function completion(cli: Cli): void {
  cli.program
    .command('completion')
    .helpGroup('Set up:')
    .summary('Print the script that completes this command in a shell.')
    .description(
      'Print the script that completes this command in a shell: commands, options, their values, and the ids of runs and approvals that are in the file of --db or DURABLEFLOW_DB. The file is only read.',
    )
    .addArgument(new Argument('<shell>', 'Which shell.').choices(shells))
    .addHelpText(
      'after',
      examples(
        ['completion bash >> ~/.bashrc', 'in every Bash from now on'],
        ['completion zsh > "${fpath[1]}/_durableflow"', 'in every Zsh'],
        ['completion fish > ~/.config/fish/completions/durableflow.fish', 'in every Fish'],
      ),
    )
    .action((shell: Shell) => {
      const script = shellScripts[shell];
      cli.report({ data: { shell, script }, text: () => script.trimEnd() });
    });
  cli.program
    .command('complete-words', { hidden: true })
    .description('What the script of a shell asks for: what may stand at the end of the words.')
    .addArgument(new Argument('<shell>', 'Which shell asks.').choices(shells))
    .argument(
      '[words...]',
      'Bash: the line, and the part of its last word that is replaced. The others: the words after the name of the command.',
    )
    .action((shell: Shell, words: string[]) => answer(cli, shell, words));
}

async function answer(cli: Cli, shell: Shell, given: readonly string[]): Promise<void> {
  const words = shell === 'bash' ? wordsOfLine(given[0] ?? '').slice(1) : given.length > 0 ? given : [''];
  const find = await namesIn(cli);
  const found = await completeWords(cli.program, words, find);
  const text = [found.paths ?? 'words', ...lines(found, shell, words.at(-1) ?? '', given[1] ?? '')].join('\n');
  cli.io.stdout.write(`${text}\n`);
}

function lines({ candidates }: Completion, shell: Shell, typed: string, replaced: string): string[] {
  // Control characters would be lines or keys of the shell.
  const safe = candidates.filter(({ word }) => plain(word) === word);
  if (shell !== 'bash') return safe.map(({ word, note }) => (note === '' ? word : `${word}\t${cut(plain(note), 60)}`));
  const kept = typed.endsWith(replaced) ? typed.length - replaced.length : 0;
  return safe.map(({ word }) => shellWord(word.slice(kept)));
}

/** A file that is not there, is damaged or of another version has no names, nor has a server that does not answer. */
async function namesIn(cli: Cli): Promise<FindNames> {
  const { findNames } = await import('../../sqlite/find-names.js');
  return async (kind, beginning, of, db) => {
    const file = db ?? cli.io.env['DURABLEFLOW_DB'];
    if (!file) return [];
    try {
      const names = isRestate(file) ? await namesOnRestate(file, cli.io, kind, beginning, of) : findNames(file, kind, beginning, of);
      return names.map(({ name, note }) => ({ word: name, note }));
    } catch {
      return [];
    }
  };
}
