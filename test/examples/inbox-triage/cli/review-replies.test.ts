import { PassThrough } from 'node:stream';
import { DurableFlow } from 'durableflow';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askInTerminal } from '../../../../examples/inbox-triage/cli/ask-in-terminal.js';
import { reviewReplies, type AskOperator, type Decision, type WaitingReply } from '../../../../examples/inbox-triage/cli/review-replies.js';
import { triageMails } from '../../../../examples/inbox-triage/cli/triage-mails.js';
import { InboxTriage } from '../../../../examples/inbox-triage/inbox-triage.js';
import { ModelTriager } from '../../../../examples/inbox-triage/models/model-triager.js';
import { rulesModel } from '../../../../examples/inbox-triage/models/rules-model.js';
import { mailNamed, mailWith, sampleInbox } from '../sample-inbox.js';

async function threeWaiting() {
  const inbox = await sampleInbox();
  const sent: string[] = [];
  const outbox = {
    send: async ({ to }: { to: string }) => (sent.push(to), { file: `${to}.eml`, messageId: to }),
    find: async () => undefined,
  };
  const flow = await DurableFlow.open(':memory:');
  onTestFinished(() => flow.close());
  flow.register(InboxTriage, () => new InboxTriage({ knowledge: inbox.knowledge, triager: new ModelTriager(rulesModel()), outbox }));
  const mails = ['ruth', 'hannah', 'noor', 'news'].map((name) => mailNamed(inbox, name));
  return { flow, sent, states: await triageMails(flow, mails, { concurrency: 1 }) };
}

/** Answers in turn, and remembers what it was asked. */
function operator(...decisions: Decision[]): AskOperator & { asked: WaitingReply[] } {
  const asked: WaitingReply[] = [];
  return Object.assign(async (waiting: WaitingReply) => (asked.push(waiting), decisions.shift()!), { asked });
}

describe('reviewing replies', () => {
  it('asks for each, and does what was said', async () => {
    const { flow, sent, states } = await threeWaiting();
    const ask = operator({ kind: 'reject', reason: 'I phone her' }, { kind: 'skip' }, { kind: 'approve' });
    const after = await reviewReplies(flow, states, ask, 'me');
    expect(ask.asked.map(({ mail, position, total }) => [mail.from, position, total])).toEqual([
      ['ruth.adeyemi@postbox.example', 1, 3],
      ['hannah.l@northpost.example', 2, 3],
      ['noor@elamrani.example', 3, 3],
    ]);
    expect(after.map(({ status, result }) => result?.action ?? status)).toEqual(['declined', 'waiting', 'replied', 'filed']);
    expect(after[0]?.result?.reason).toBe('I phone her');
    expect(sent).toEqual(['noor@elamrani.example']);
    expect(flow.approvals({ open: false }).map(({ by, verdict }) => [by, verdict])).toEqual([
      ['me', 'rejected'],
      [undefined, undefined],
      ['me', 'approved'],
    ]);
  });

  it('stops asking when told so; what was decided before is done', async () => {
    const { flow, sent, states } = await threeWaiting();
    const ask = operator({ kind: 'approve' }, { kind: 'quit' });
    const after = await reviewReplies(flow, states, ask, 'me');
    expect(ask.asked).toHaveLength(2);
    expect(after.map(({ status }) => status)).toEqual(['completed', 'waiting', 'waiting', 'completed']);
    expect(sent).toEqual(['ruth.adeyemi@postbox.example']);
    const later = operator({ kind: 'quit' });
    await reviewReplies(flow, after, later, 'me');
    expect(later.asked[0]?.mail.from).toBe('hannah.l@northpost.example');
  });
});

describe('on a terminal', () => {
  const down = '\x1b[B';
  const enter = '\r';

  /** A terminal whose user types these keys, each when the prompt before it is there. */
  async function typing(keys: readonly (readonly [prompt: string, key: string])[], text = 'Do you have tubes?') {
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
    const output = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 60 });
    let screen = '';
    const queue = [...keys];
    output.on('data', (chunk) => {
      screen += String(chunk);
      const next = queue[0];
      if (!next || !screen.includes(next[0])) return;
      queue.shift();
      setImmediate(() => input.write(next[1]));
    });
    const waiting = { mail: mailWith({ text }), approval: { show: 'To: ann@mail.example\n\nDear Ann, yes.' }, position: 1, total: 2 };
    const decision = await askInTerminal({ input, output })(waiting as unknown as WaitingReply);
    return { decision, screen };
  }

  it('shows the mail and exactly what will be sent', async () => {
    const { decision, screen } = await typing([['Send it?', enter]]);
    expect(decision).toEqual({ kind: 'approve' });
    for (const shown of ['Mail 1 of 2', 'Ann <ann@mail.example>', 'Do you have tubes?', 'exactly as it will be sent', 'Dear Ann, yes.'])
      expect(screen).toContain(shown);
  });

  it('asks for the reason of a no', async () => {
    const { decision } = await typing([
      ['Send it?', down + enter],
      ['Why not?', `too short${enter}`],
    ]);
    expect(decision).toEqual({ kind: 'reject', reason: 'too short' });
  });

  it.each([
    ['Later', down + down + enter, 'skip'],
    ['Stop asking', down + down + down + enter, 'quit'],
    ['Ctrl+C', '\x03', 'quit'],
  ])('%s is an answer too', async (_name, keys, kind) => {
    expect((await typing([['Send it?', keys]])).decision).toEqual({ kind });
  });

  it('obeys nothing that stands in a mail', async () => {
    const { screen } = await typing([['Send it?', enter]], 'before\x1b]0;owned\x07\x1b[2Jafter \u202egnirts');
    expect(screen).toContain('before]0;owned[2Jafter gnirts');
  });
});
