// A process of its own: waits for a line on stdin, then sends one reply. Used to race two of them.
import { Outbox } from '../../../examples/inbox-triage/mailbox/outbox.js';

const [folder = '', idempotencyKey = ''] = process.argv.slice(2);
process.stdout.write('ready\n');
process.stdin.once('data', () => {
  void new Outbox(folder)
    .send({ to: 'ada@friends.example', subject: 'Race', text: `from ${process.pid}` }, { idempotencyKey })
    .then((sent) => {
      process.stdout.write(`${JSON.stringify(sent)}\n`);
      process.exit(0);
    });
});
