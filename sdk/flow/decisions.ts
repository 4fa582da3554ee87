import { signDecision } from '../approvals/sign-decision.js';
import { describeIssues } from '../definition/schema.js';
import { DurableFlowError, type ErrorCode } from '../errors/index.js';
import { decode, digest } from '../journal/index.js';
import type { EnginePorts, WorkflowRegistry } from '../runtime/index.js';
import type { ApprovalRecord, DecideAnswer, Verdict } from '../store/index.js';
import type { ApproveOptions, DecisionOptions, ResolveOptions } from './flow-options.js';

/** Records what operators say: on approvals and on effects in doubt. */
export class Decisions {
  readonly #ports: EnginePorts;
  readonly #registry: WorkflowRegistry;

  constructor(ports: EnginePorts, registry: WorkflowRegistry) {
    this.#ports = ports;
    this.#registry = registry;
  }

  /** Resolves with the run that was decided on. */
  async approve(approvalId: number, { edit, ...options }: ApproveOptions): Promise<string> {
    const approval = this.#approval(approvalId);
    const edited = edit && (await this.#checkEdit(approval, edit));
    return this.#decide(approval, 'approved', options, edited);
  }

  reject(approvalId: number, options: DecisionOptions): Promise<string> {
    return this.#decide(this.#approval(approvalId), 'rejected', options, undefined);
  }

  async resolve(runId: string, call: number, { happened, value, by, intendedAt }: ResolveOptions): Promise<void> {
    const { store, clock, payloads } = this.#ports;
    if (!by) throw nobody();
    const encoded = happened ? payloads.encode(value, 'the value of the effect') : undefined;
    const answer = await store.resolve(runId, call, { happened, value: encoded, by, at: clock.now(), intendedAt: intendedAt?.getTime() });
    if (answer === 'recorded') return;
    const begun = intendedAt ? ` that was begun at ${intendedAt.toISOString()}` : '';
    throw new DurableFlowError('DF_EFFECT_UNKNOWN', `call ${call} of run "${runId}" is no effect in doubt${begun}`, {
      details: { runId, call },
    });
  }

  async #decide(
    approval: ApprovalRecord,
    verdict: Verdict,
    { by, reason, digest: read }: DecisionOptions,
    edited: string | undefined,
  ): Promise<string> {
    if (!by) throw nobody();
    const { store, clock, approvalSecret: secret } = this.#ports;
    const { id, runId, call, digest: asked, code } = approval;
    const at = clock.now();
    const signature =
      secret === undefined ? undefined : signDecision(secret, { runId, call, digest: asked, code, verdict, by, at, edited });
    // Somebody with access to the file may have edited what the operator reads.
    const intact = digest(approval.args) === asked;
    const answer: DecideAnswer = intact ? await store.decide(id, { verdict, by, reason, at, digest: read, edited, signature }) : 'changed';
    if (answer !== 'recorded') throw refused(answer, id, by);
    return runId;
  }

  #approval(id: number): ApprovalRecord {
    const approval = this.#ports.store.approval(id);
    if (approval) return approval;
    throw new DurableFlowError('DF_APPROVAL_UNKNOWN', `there is no approval ${id}`);
  }

  async #checkEdit({ runId, method, args }: ApprovalRecord, edit: readonly unknown[]): Promise<string> {
    const { workflow, version } = this.#ports.store.run(runId)!;
    const definition = this.#registry.find(workflow, version)?.definition;
    const edits = [...(definition?.methods.values() ?? [])].find(({ id }) => id === method)?.approval?.edits;
    const refuse = (why: string) =>
      new DurableFlowError('DF_APPROVAL_EDIT_REFUSED', `the arguments of ${method} cannot be changed: ${why}`);
    if (!definition) throw refuse(`workflow "${workflow}" is not registered in this process, so nobody can check them`);
    if (!edits) throw refuse('its @approval has no `edits` schema');
    if (edit.length !== (decode(args) as unknown[]).length)
      throw refuse(`it has ${(decode(args) as unknown[]).length} arguments, not ${edit.length}`);
    const result = await edits['~standard'].validate(edit);
    if (result.issues) throw refuse(describeIssues(result.issues));
    return this.#ports.payloads.encode(result.value, 'the edited arguments');
  }
}

const nobody = () => new DurableFlowError('DF_INVALID_INPUT', 'a decision needs to say who made it: { by: … }');

function refused(answer: Exclude<DecideAnswer, 'recorded'>, approvalId: number, by: string): DurableFlowError {
  const reasons: Record<typeof answer, readonly [ErrorCode, string]> = {
    unknown: ['DF_APPROVAL_UNKNOWN', `there is no approval ${approvalId}`],
    expired: ['DF_APPROVAL_EXPIRED', `the time to decide on approval ${approvalId} is over`],
    decided: ['DF_APPROVAL_DECIDED', `approval ${approvalId} has been decided, or ${by} has said yes before`],
    changed: ['DF_APPROVAL_CHANGED', `the arguments of approval ${approvalId} are not the ones that were read`],
    ended: ['DF_RUN_ENDED', `the run of approval ${approvalId} has ended`],
    forbidden: ['DF_APPROVAL_FORBIDDEN', `${by} may not decide on approval ${approvalId}`],
  };
  const [code, what] = reasons[answer];
  return new DurableFlowError(code, what, { details: { approvalId } });
}
