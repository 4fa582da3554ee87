import type { JournalRecord } from '../journal/index.js';
import type * as port from '../store/index.js';
import type { Mirror } from './mirror.js';

/** The reads of the `Store` port, out of a mirror. */
export abstract class MirrorReads {
  /** @internal */
  protected readonly mirror: Mirror;

  protected constructor(mirror: Mirror) {
    this.mirror = mirror;
  }

  run(id: string): port.RunRecord | undefined {
    return this.mirror.store.run(id);
  }

  runs(query: port.RunQuery): port.RunRecord[] {
    return this.mirror.store.runs(query);
  }

  countRuns(): Partial<Record<port.RunStatus, number>> {
    return this.mirror.store.countRuns();
  }

  workflows(): string[] {
    return this.mirror.store.workflows();
  }

  journal(runId: string): JournalRecord[] {
    return this.mirror.store.journal(runId);
  }

  approval(id: number): port.ApprovalRecord | undefined {
    return this.mirror.store.approval(id);
  }

  countApprovals(): number {
    return this.mirror.store.countApprovals();
  }

  votes(approvalId: number): port.Vote[] {
    return this.mirror.store.votes(approvalId);
  }

  /** Numbers of gates are hashes here, so their order says nothing: oldest first. */
  approvals(query: { readonly runId?: string | undefined; readonly open?: boolean | undefined }): port.ApprovalRecord[] {
    return this.mirror.store.approvals(query).sort((a, b) => a.requestedAt - b.requestedAt);
  }

  effects(runId: string): port.EffectRecord[] {
    return this.mirror.store.effects(runId);
  }

  waits(runId: string): port.WaitRecord[] {
    return this.mirror.store.waits(runId);
  }

  signals(runId: string): port.SignalRecord[] {
    return this.mirror.store.signals(runId);
  }

  resumptions(runId: string): port.ResumptionRecord[] {
    return this.mirror.store.resumptions(runId);
  }

  costOf(runId: string): number {
    return this.mirror.store.costOf(runId);
  }

  spend(): port.SpendRecord {
    return this.mirror.store.spend();
  }

  decisions(runId: string): port.DecisionRecord[] {
    return this.mirror.store.decisions(runId);
  }

  uses(query: port.ArtifactQuery): port.FoundUse[] {
    return this.mirror.store.uses(query);
  }

  attributes(runId: string): port.Attributes {
    return this.mirror.store.attributes(runId);
  }

  children(runId: string): { readonly run: port.RunRecord; readonly call: number; readonly detached: boolean }[] {
    return this.mirror.store.children(runId);
  }

  versions(): { readonly workflow: string; readonly version: string; readonly runs: number }[] {
    return this.mirror.store.versions();
  }

  /** Who executes something now, as far as the logs say. Restate itself notices who does not answer, so nobody's time runs out here. */
  owners(): port.Owner[] {
    return this.mirror.store.owners().map((owner) => ({ ...owner, expiresAt: Math.max(owner.expiresAt, Date.now() + lease) }));
  }
}

const lease = 30_000;
