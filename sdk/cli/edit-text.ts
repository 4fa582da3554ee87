import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The text as the person leaves it in their editor, called as Git calls it; undefined if the editor says that it failed. */
export function editText(text: string, editor: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-'));
  try {
    const file = join(folder, 'arguments.json');
    writeFileSync(file, `${text}\n`, { mode: 0o600 });
    // The editor may be a command with options of its own, so a shell reads it; the file is a word apart.
    const { status } =
      process.platform === 'win32'
        ? spawnSync(`${editor} "${file}"`, { stdio: 'inherit', shell: true })
        : spawnSync('sh', ['-c', `${editor} "$1"`, editor, file], { stdio: 'inherit' });
    return status === 0 ? readFileSync(file, 'utf8').trim() : undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
