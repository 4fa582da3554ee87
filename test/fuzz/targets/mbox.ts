import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseMail, UnparsableMailError } from '../../../examples/inbox-triage/mailbox/parse-mail.js';
import { splitMbox } from '../../../examples/inbox-triage/mailbox/split-mbox.js';
import { projectRoot } from '../../docs/code-blocks.js';
import type { FuzzTarget } from '../fuzz-target.js';

/** A mailbox that comes in small pieces: each message is parsed, or refused in words. */
export const mbox: FuzzTarget = {
  seeds: () => readFileSync(join(projectRoot, 'examples/inbox-triage/data/inbox.mbox'), 'latin1').split(/^(?=From )/m),
  words: [
    'From a@b Mon Jan  1 00:00:00 2030\n', '>From ', 'Content-Type: multipart/mixed; boundary=x\n', '\n--x\n', '\n--x--\n', 'Content-Transfer-Encoding: base64\n', '=?utf-8?q?=41?=',
    'charset=', 'utf-7', 'iso-2022-jp', '<div>', '<table>', 'Content-Type: text/html\n\n', 'Date: ', 'References: ', 'message/rfc822', '; name*0*=', ',', '(', '<', '&nbsp;',
  ],
  open: async () => async (input) => {
    const bytes = Buffer.from(input, 'latin1');
    const mails: unknown[] = [];
    for await (const { raw } of splitMbox(inPieces(bytes))) {
      if (!raw) continue;
      try {
        mails.push(await parseMail(raw, 'fuzzed'));
      } catch (error) {
        if (!(error instanceof UnparsableMailError)) throw error;
      }
    }
    return mails;
  },
}; // prettier-ignore

async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
}
