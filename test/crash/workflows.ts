import { effectKey, sideEffect, step, workflow, type DurableFlow, type RunHandle } from 'durableflow';
import { InboxTriage } from '../../examples/inbox-triage/inbox-triage.js';
import { Knowledge } from '../../examples/inbox-triage/knowledge/knowledge.js';
import { MailIndex } from '../../examples/inbox-triage/knowledge/mail-index.js';
import { ModelTriager } from '../../examples/inbox-triage/models/model-triager.js';
import { rulesModel } from '../../examples/inbox-triage/models/rules-model.js';
import type { TriageMail } from '../../examples/inbox-triage/triage-mail.js';
import type { World } from './world.js';

const mail: TriageMail = {
  id: 'hannah.1@northpost.example',
  messageId: 'hannah.1@northpost.example',
  from: 'hannah@northpost.example',
  fromName: 'Hannah',
  replyTo: undefined,
  subject: 'Can I move my brake appointment?',
  date: '2026-10-30T12:00:00.000Z',
  inReplyTo: undefined,
  references: [],
  text: 'I am booked for a brake bleed on Wednesday 4 November. Could you move it to Thursday?',
  attachments: [],
};

/** The workflow of the example, with every part of it reporting to the oracle. */
function inbox(flow: DurableFlow, world: World) {
  const index = new MailIndex('fernhillbikes.example');
  index.add(mail);
  const knowledge = new Knowledge(index, []);
  const triager = new ModelTriager(rulesModel());
  flow.register(
    InboxTriage,
    () =>
      new InboxTriage({
        knowledge: {
          about: async (asked) => {
            await world.executed('gather', asked.id);
            return knowledge.about(asked);
          },
        },
        triager: {
          classify: async (asked, context) => {
            await world.executed('classify', asked.id);
            return triager.classify(asked, context);
          },
          draft: async (asked, category, context) => {
            await world.executed('draft', asked.id);
            return triager.draft(asked, category, context);
          },
        },
        outbox: {
          send: async (_reply, { idempotencyKey }) => {
            await world.executed('sendReply', idempotencyKey);
            return world.send(idempotencyKey);
          },
          find: (key) => world.find(key),
        },
      }),
  );
  return (id: string): Promise<RunHandle> => flow.start(InboxTriage, mail, { id });
}

/** Prepare, send, file: the smallest workflow with an effect in the middle. */
function notice(onInDoubt: 'ask' | 'retry') {
  @workflow({ name: `notice-${onInDoubt}` })
  class Notice {
    constructor(private readonly world: World) {}

    async run(to: string): Promise<string> {
      const text = await this.prepare(to);
      const { file } = await this.send(text);
      return this.file(file);
    }

    @step()
    async prepare(to: string) {
      await this.world.executed('prepare', to);
      return `Dear ${to}`;
    }

    @sideEffect({ idempotencyKey: (text) => `notice:${text}`, onInDoubt })
    async send(text: string) {
      await this.world.executed('send', text);
      return this.world.send(effectKey());
    }

    @step()
    async file(file: string) {
      await this.world.executed('file', file);
      return `filed ${file}`;
    }
  }
  return (flow: DurableFlow, world: World) => {
    flow.register(Notice, () => new Notice(world));
    return (id: string): Promise<RunHandle> => flow.start(Notice, id, { id });
  };
}

/** By name: registers the workflow and returns how a run of it is started. */
export const workflows = { inbox, 'notice-ask': notice('ask'), 'notice-retry': notice('retry') } as const;

export type WorkflowName = keyof typeof workflows;
