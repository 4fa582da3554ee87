import type { Readable, Writable } from 'node:stream';
import { isCancel, note, select, text } from '@clack/prompts';
import type { AskOperator, Decision } from './review-replies.js';
import { printable } from './terminal.js';

/** Shows the mail and exactly what would be sent, and asks. Ctrl+C and Escape mean: stop asking. */
export function askInTerminal(streams: { readonly input?: Readable; readonly output?: Writable } = {}): AskOperator {
  return async ({ mail, approval, position, total }) => {
    const excerpt = mail.text.split('\n').slice(0, 12).join('\n');
    const sender = mail.fromName ? `${mail.fromName} <${mail.from}>` : mail.from;
    note(printable(`${sender}\n${mail.subject || '(no subject)'}\n\n${excerpt}`), `Mail ${position} of ${total}`, streams);
    note(printable(approval.show), 'The reply, exactly as it will be sent', streams);
    const answer = await select<Decision['kind']>({
      message: 'Send it?',
      options: [
        { value: 'approve', label: 'Send' },
        { value: 'reject', label: 'Do not send', hint: 'asks for the reason' },
        { value: 'skip', label: 'Later' },
        { value: 'quit', label: 'Stop asking' },
      ],
      ...streams,
    });
    if (isCancel(answer)) return { kind: 'quit' };
    if (answer !== 'reject') return { kind: answer };
    const reason = await text({ message: 'Why not?', placeholder: 'for the record', ...streams });
    return isCancel(reason) ? { kind: 'quit' } : { kind: 'reject', reason: reason?.trim() || 'no reason given' };
  };
}
