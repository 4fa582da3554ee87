import { inspect } from 'node:util';
import { isSignedBy } from '../../approvals/sign-decision.js';
import { describeIssues } from '../../definition/schema.js';
import { ApprovalExpired, ApprovalRejected, DurableFlowError } from '../../errors/index.js';
import { decode } from '../../journal/index.js';
import type { ApprovalRecord, Vote } from '../../store/index.js';
import type { MethodCall } from '../call.js';
import type { CallHost } from '../call-host.js';
import { tellWaited } from '../tell-waited.js';

/** Returns the arguments (encoded) that an operator has approved; throws `ApprovalRejected`, `ApprovalExpired` or `DF_APPROVAL_…`. */
export async function passGate(host: CallHost, call: MethodCall): Promise<string> {
  const { store, telemetry } = host.ports;
  const gate = call.method.approval!;
  for (;;) {
    const approval = await decided(host, call);
    const { verdict, decidedBy: by, decidedAt, requestedAt } = approval;
    tellWaited(host, call, { kind: 'approval', since: requestedAt, until: decidedAt });
    telemetry.emit('approval.decided', host.subject, { call: call.index, method: call.name, verdict: verdict!, by });
    if (verdict === 'expired' && gate.onExpire === 'approve') return call.encodedArgs;
    assertSigned(host, call, approval);
    if (verdict !== 'approved') throw refusal(approval);
    // An effect that was begun has passed its gate: what is left is to find out what became of it.
    const begun = host.effect(call.index) !== undefined;
    if (begun || approval.code === call.method.code || gate.onCodeChange === 'keep') return edited(call, approval);
    telemetry.emit('approval.reopened', host.subject, { call: call.index, method: call.name, by });
    await host.written(store.reopenApproval(host.lease, approval.id, call.method.code));
    host.refresh();
  }
}

/** The gate once it is decided, put up first if need be. */
async function decided(host: CallHost, call: MethodCall): Promise<ApprovalRecord> {
  const { store, clock } = host.ports;
  const { index, method } = call;
  const known = host.approval(index);
  const requestedAt = clock.now();
  const { expiresIn } = method.approval!;
  const expiresAt = known ? known.expiresAt : expiresIn === undefined ? undefined : requestedAt + expiresIn;
  if (!known) request(host, call, requestedAt, expiresAt);
  if (!known || !isOver(host, index))
    await host.waitFor({ call: index, status: 'waiting', wakeAt: expiresAt, over: () => isOver(host, index) });
  const approval = host.approval(index)!;
  if (approval.verdict) return approval;
  await host.written(store.decide(approval.id, { verdict: 'expired', by: undefined, reason: undefined, at: clock.now() }));
  host.refresh();
  return host.approval(index)!;
}

function request(host: CallHost, call: MethodCall, requestedAt: number, expiresAt: number | undefined): void {
  const { index, name, digest, encodedArgs: args, method } = call;
  const { quorum, deciders } = method.approval!;
  host.ports.telemetry.emit('approval.requested', host.subject, { call: index, method: name });
  const gate = {
    call: index,
    method: name,
    digest,
    args,
    show: describe(call),
    requestedAt,
    expiresAt,
    quorum,
    deciders,
    code: call.method.code,
  };
  // Not awaited: the request and the parking that usually follows share one commit.
  void host.written(host.ports.store.requestApproval(host.lease, gate));
}

/** Decided, or its time is over. */
function isOver(host: CallHost, call: number): boolean {
  const approval = host.approval(call);
  return approval?.verdict !== undefined || (approval?.expiresAt !== undefined && approval.expiresAt <= host.ports.clock.now());
}

function describe({ method, encodedArgs }: MethodCall): string {
  const args = decode(encodedArgs) as unknown[];
  const shown: unknown = method.approval!.show?.(...args);
  if (typeof shown === 'string') return shown;
  if (shown !== undefined) throw new DurableFlowError('DF_INVALID_INPUT', `the show function of ${method.id} must return a text`);
  return `${method.id}(${args.map((arg) => inspect(arg, { depth: null, maxArrayLength: null, maxStringLength: null, breakLength: Infinity })).join(', ')})`;
}

/**
 * With a secret in force, what the file says counts only if holders of the secret have signed it: the verdict, and every
 * yes of the quorum that the code asks for. Time needs no signature.
 */
function assertSigned({ ports, subject }: CallHost, { method }: MethodCall, approval: ApprovalRecord): void {
  const { approvalSecret: secret, store } = ports;
  if (secret === undefined || approval.verdict === 'expired') return;
  const { id, call, digest, code, verdict, decidedBy: by, decidedAt, edited: edit, signature } = approval;
  const decision = { runId: subject.id, call, digest, code, verdict: verdict!, by, at: decidedAt!, edited: edit };
  const { quorum, deciders } = method.approval!;
  const counts = (vote: Vote) =>
    (deciders?.includes(vote.by) ?? true) &&
    isSignedBy(secret, { ...decision, verdict: 'approved', by: vote.by, at: vote.at }, vote.signature);
  const isSigned = isSignedBy(secret, decision, signature);
  if (isSigned && (verdict !== 'approved' || store.votes(id).filter(counts).length >= quorum)) return;
  throw new DurableFlowError('DF_APPROVAL_FORGED', `the decision on ${approval.method} is not signed by holders of the secret`, {
    details: { approvalId: id },
  });
}

async function edited({ encodedArgs, method }: MethodCall, approval: ApprovalRecord): Promise<string> {
  if (approval.edited === undefined) return encodedArgs;
  const { edits } = method.approval!;
  const result = await edits?.['~standard'].validate(decode(approval.edited));
  if (result && !result.issues) return approval.edited;
  const why = result?.issues ? describeIssues(result.issues) : 'edits are not allowed';
  throw new DurableFlowError('DF_APPROVAL_EDIT_REFUSED', `the edited arguments of ${approval.method} cannot be used: ${why}`, {
    details: { approvalId: approval.id },
  });
}

function refusal({ method, verdict, decidedBy: by, reason, expiresAt }: ApprovalRecord): ApprovalRejected {
  if (verdict === 'expired')
    return new ApprovalExpired(`nobody decided on ${method} before ${new Date(expiresAt!).toISOString()}`, { details: { method } });
  return new ApprovalRejected(`${by ?? 'an operator'} refused ${method}${reason ? `: ${reason}` : ''}`, {
    details: { method, by, reason },
  });
}
