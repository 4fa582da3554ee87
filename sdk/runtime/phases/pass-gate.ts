import { ApprovalExpired, ApprovalRejected } from '../../errors/index.js';
import { decode } from '../../journal/index.js';
import type { ApprovalRecord } from '../../store/index.js';
import type { Call } from '../call.js';
import type { CallHost } from '../call-host.js';

/** Returns once an operator has approved these exact arguments; throws `ApprovalRejected` or `ApprovalExpired`. */
export async function passGate(host: CallHost, call: Call): Promise<void> {
  const { store, clock, telemetry } = host.ports;
  const { index, method, digest } = call;
  if (!host.approval(index)) {
    const requestedAt = clock.now();
    const expiresIn = method.approval!.expiresIn;
    telemetry.emit('approval.requested', host.subject, { call: index, method: method.id });
    // Not awaited: the request and the parking that usually follows share one commit.
    void host.written(
      store.requestApproval(host.lease, {
        call: index,
        method: method.id,
        digest,
        args: call.encodedArgs,
        show: describe(call),
        requestedAt,
        expiresAt: expiresIn === undefined ? undefined : requestedAt + expiresIn,
      }),
    );
    await host.waitFor({
      call: index,
      status: 'waiting',
      wakeAt: expiresIn === undefined ? undefined : requestedAt + expiresIn,
      over: () => isOver(host, index),
    });
  } else if (!isOver(host, index)) {
    await host.waitFor({ call: index, status: 'waiting', wakeAt: host.approval(index)!.expiresAt, over: () => isOver(host, index) });
  }
  let approval = host.approval(index)!;
  if (!approval.verdict) {
    await host.written(store.decide(approval.id, { verdict: 'expired', by: undefined, reason: undefined, at: clock.now() }));
    host.refresh();
    approval = host.approval(index)!;
  }
  telemetry.emit('approval.decided', host.subject, { call: index, method: method.id, verdict: approval.verdict!, by: approval.decidedBy });
  if (approval.verdict !== 'approved') throw refusal(approval);
}

/** Decided, or its time is over. */
function isOver(host: CallHost, call: number): boolean {
  const approval = host.approval(call);
  return approval?.verdict !== undefined || (approval?.expiresAt !== undefined && approval.expiresAt <= host.ports.clock.now());
}

function describe({ method, encodedArgs }: Call): string {
  const args = decode(encodedArgs) as unknown[];
  return method.approval!.show?.(...args) ?? `${method.id}(${args.map((arg) => JSON.stringify(arg) ?? String(arg)).join(', ')})`;
}

function refusal({ method, decidedBy: by, reason, expiresAt }: ApprovalRecord): ApprovalRejected {
  if (!by && expiresAt !== undefined)
    return new ApprovalExpired(`nobody decided on ${method} before ${new Date(expiresAt).toISOString()}`, { details: { method } });
  return new ApprovalRejected(`${by ?? 'an operator'} refused ${method}${reason ? `: ${reason}` : ''}`, {
    details: { method, by, reason },
  });
}
