import { DurableFlow, VirtualClock, type ApprovalView, type RunHandle } from 'durableflow';
import { load, type Attempt, type Claim } from '../kit/claim.js';
import type { Mail, Replies } from './solution.js';

type Learned = { readonly Replies: typeof Replies };
const question: Mail = { id: 'm-1', from: 'Ann', subject: 'Is it ready?' };

/** The learner's class on a mail, up to its gate, if it has one. */
class Trial implements AsyncDisposable {
  readonly sent: { readonly to: string; readonly text: string }[] = [];

  private constructor(
    readonly flow: DurableFlow,
    readonly clock: VirtualClock,
  ) {}

  static async of(attempt: Attempt, mail: Mail): Promise<{ trial: Trial; run: RunHandle<string>; gate: ApprovalView | undefined }> {
    const { Replies } = await load<Learned>(attempt);
    const clock = new VirtualClock();
    const trial = new Trial(await DurableFlow.open(':memory:', { clock }), clock);
    trial.flow.register(Replies, () => new Replies({ send: async (to, text) => void trial.sent.push({ to, text }) }));
    const run = await trial.flow.start(Replies, mail);
    await run.settled();
    return { trial, run, gate: trial.flow.approvals()[0] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flow.close();
  }
}

const noGate = 'No question was put to anybody.';

export const claims: readonly Claim[] = [
  {
    holds: 'a reply waits for a person, and nothing is sent meanwhile',
    hint: "Put @approval() above @sideEffect(…) of send(); it is imported from 'durableflow'.",
    async test(attempt) {
      const { trial, run, gate } = await Trial.of(attempt, question);
      await using _ = trial;
      if (trial.sent.length > 0) return `The mail to ${trial.sent[0]!.to} went out, and nobody had been asked.`;
      if (gate && gate.method !== 'send') return `The question is whether to ${gate.method}, not whether to send.`;
      return gate && run.view().status === 'waiting' ? undefined : noGate;
    },
  },
  {
    holds: 'who decides reads whom it goes to and what it says',
    hint: 'show: (to, text) => `…` in the options of @approval.',
    async test(attempt) {
      const { trial, gate } = await Trial.of(attempt, question);
      await using _ = trial;
      if (!gate) return noGate;
      // What is shown where nothing was said is the call itself.
      const said = gate.show !== undefined && gate.show.includes('Ann') && gate.show.includes('yes') && !gate.show.startsWith('send(');
      return said ? undefined : `What is shown is: ${gate.show}`;
    },
  },
  {
    holds: 'after a yes it is sent, once',
    hint: 'The body of send() must still hand the text to the outbox, and run() must return what send() returns.',
    async test(attempt) {
      const { trial, run, gate } = await Trial.of(attempt, question);
      await using _ = trial;
      if (!gate) return noGate;
      await trial.flow.approve(gate.id, { by: 'ben' });
      const output = await run.result();
      return trial.sent.length === 1 && output === 'sent'
        ? undefined
        : `After a yes ${trial.sent.length} mails were sent, and the run returned "${output}".`;
    },
  },
  {
    holds: 'after a no nothing is sent, and the run says why',
    hint: 'try { return await this.send(…) } catch (error) { if (error instanceof ApprovalRejected) return `not sent: ${error.reason}`; throw error; }. Mind the await.',
    async test(attempt) {
      const { trial, run, gate } = await Trial.of(attempt, question);
      await using _ = trial;
      if (!gate) return noGate;
      await trial.flow.reject(gate.id, { by: 'ben', reason: 'too short' });
      const { status, output } = await run.settled();
      if (trial.sent.length > 0) return 'Ben said no, and the mail went out.';
      return output === 'not sent: too short'
        ? undefined
        : `The run is ${status}${status === 'completed' ? ` and returned ${JSON.stringify(output)}` : ''}, not "not sent: too short".`;
    },
  },
  {
    holds: 'the words can be changed, to 500 letters at most',
    hint: 'edits: z.tuple([z.string(), z.string().max(500), z.string()]): a schema for all three arguments, in their order.',
    async test(attempt) {
      const { trial, run, gate } = await Trial.of(attempt, question);
      await using _ = trial;
      if (!gate) return noGate;
      const tooLong = await trial.flow.approve(gate.id, { by: 'ben', edit: ['Ann', 'x'.repeat(501), 'm-1'] }).then(
        () => true,
        () => false,
      );
      if (tooLong) return 'A text of 501 letters was let through.';
      await trial.flow.approve(gate.id, { by: 'ben', edit: ['Ann', 'Tomorrow.', 'm-1'] });
      await run.settled();
      return trial.sent[0]?.text === 'Tomorrow.' ? undefined : 'Ben wrote "Tomorrow.", and that is not what was sent.';
    },
  },
  {
    holds: 'if nobody decides within a day, nothing is sent, and the run says so',
    hint: "expiresIn: '24h', and catch ApprovalExpired before ApprovalRejected, of which it is a kind.",
    async test(attempt) {
      const { trial, run, gate } = await Trial.of(attempt, question);
      await using _ = trial;
      if (!gate) return noGate;
      await trial.clock.advance('23h');
      if (run.view().status !== 'waiting') return 'After 23 hours it does not wait any more.';
      await trial.clock.advance('2h');
      const { status, output } = run.view();
      return output === 'not sent: nobody decided'
        ? undefined
        : `After 25 hours the run is ${status}${status === 'completed' ? ` and returned "${String(output)}"` : ''}.`;
    },
  },
  {
    holds: 'a mail that needs no answer asks nobody',
    hint: 'The gate belongs to send(), not to draft() or to the class.',
    async test(attempt) {
      const { trial, run } = await Trial.of(attempt, { ...question, subject: 'Lunch menu' });
      await using _ = trial;
      return run.view().output === 'needs no answer' ? undefined : `The lunch menu led to: ${run.view().status}.`;
    },
  },
];
