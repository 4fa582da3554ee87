import {
  approval, ApprovalRejected, candidates, contextBudget, credit, effectKey, observe, sideEffect, step, workflow, type Selection,
} from 'durableflow'; // prettier-ignore
import type { Findings } from './knowledge/knowledge.js';
import type { Outbox, Reply, SentReply } from './mailbox/outbox.js';
import { answerOf, Classification, Draft, type Category, type Triager, type Usage } from './models/triager.js';
import { replyTo, unanswerable } from './reply-to.js';
import { cut, type TriageMail } from './triage-mail.js';

/** What the triage works with. */
export interface TriageDependencies {
  readonly knowledge: { about(mail: TriageMail): Findings | Promise<Findings> };
  readonly triager: Triager;
  readonly outbox: Pick<Outbox, 'send' | 'find'>;
}

/** What became of a mail. */
export interface TriageResult {
  readonly category: Category;
  readonly action: 'replied' | 'filed' | 'declined' | 'flagged';
  readonly reason: string;
  /** The reply, if one was sent. */
  readonly file: string | undefined;
  readonly modelCalls: number;
  readonly costUsd: number;
}

const ask = { timeout: '60s', retry: { maxAttempts: 4, initialDelay: '500ms' } } as const;

/** Tokens of a prompt that are kept for the task, the form of the answer and the mail itself, whatever its script. */
const besideMaterial = 6800;

/** Reads one mail, and answers it if a person approves of the answer. */
@workflow({ name: 'inbox-triage', version: '1' })
export class InboxTriage {
  constructor(private readonly deps: TriageDependencies) {}

  async run(mail: TriageMail): Promise<TriageResult> {
    const { items, settledBy } = await this.gather(mail);
    const context = candidates(items);
    const { value: verdict, usage: reading } = await this.classify(mail, context);
    const { category } = verdict;
    if (category === 'phishing') return ended(category, 'flagged', verdict.reason, [reading]);
    const noReply =
      unanswerable(mail, category) ??
      (settledBy && `${settledBy.how} by ${settledBy.id}`) ??
      (verdict.needsReply ? undefined : verdict.reason);
    if (noReply !== undefined) return ended(category, 'filed', noReply, [reading]);

    const { value: draft, usage: writing } = await this.draft(mail, category, context);
    try {
      const { file } = await this.sendReply(mail, replyTo(mail, draft.text));
      return ended(category, 'replied', verdict.reason, [reading, writing], file);
    } catch (error) {
      if (!(error instanceof ApprovalRejected)) throw error;
      return ended(category, 'declined', error.reason ?? 'nobody decided in time', [reading, writing]);
    }
  }

  @step()
  async gather(mail: TriageMail): Promise<Findings> {
    const findings = await this.deps.knowledge.about(mail);
    observe(findings.items);
    return findings;
  }

  @step({ ...ask, output: answerOf(Classification) })
  @contextBudget({ maxTokens: besideMaterial + 1200, reserve: besideMaterial, query: aboutMail })
  async classify(mail: TriageMail, context: Selection) {
    const answer = await this.deps.triager.classify(mail, context);
    credit(answer.used);
    return answer;
  }

  @step({ ...ask, output: answerOf(Draft) })
  @contextBudget({ maxTokens: besideMaterial + 1600, reserve: besideMaterial, query: aboutMail })
  async draft(mail: TriageMail, category: Category, context: Selection) {
    const answer = await this.deps.triager.draft(mail, category, context);
    credit(answer.used);
    return answer;
  }

  @approval({ expiresIn: '7d', show: (_mail, reply) => `To: ${reply.to}\nSubject: ${reply.subject}\n\n${reply.text}` })
  @sideEffect({ idempotencyKey: (mail) => `reply:${mail.id}`, reconcile: 'findReply' })
  async sendReply(_mail: TriageMail, reply: Reply): Promise<SentReply> {
    return this.deps.outbox.send(reply, { idempotencyKey: effectKey() });
  }

  async findReply(): Promise<SentReply | undefined> {
    return this.deps.outbox.find(effectKey());
  }
}

/** What context is ranked against: the subject and the beginning of the text. */
function aboutMail(mail: TriageMail): string {
  return `${mail.subject}\n${cut(mail.text, 1000)}`;
}

function ended(category: Category, action: TriageResult['action'], reason: string, usages: readonly Usage[], file?: string): TriageResult {
  return { category, action, reason, file, modelCalls: usages.length, costUsd: usages.reduce((sum, { costUsd }) => sum + costUsd, 0) };
}
