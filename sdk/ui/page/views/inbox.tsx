import { useLocation } from 'preact-iso/router';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApprovalCard, DoubtCard } from '../../contract.js';
import { useResource } from '../api/use-resource.js';
import { ErrorNote } from '../parts/error-note.js';
import { useKeys } from '../parts/keys.js';
import { runPath } from '../parts/run-link.js';
import { Title } from '../parts/title.js';
import { ApprovalSlip } from './approval-slip.js';
import { DecisionDialog, type Decision } from './decision-dialog.js';
import { DoubtSlip } from './doubt-slip.js';
import { ResolveDialog } from './resolve-dialog.js';

type Slip =
  | { readonly kind: 'approval'; readonly key: string; readonly card: ApprovalCard }
  | { readonly kind: 'doubt'; readonly key: string; readonly card: DoubtCard };

type Asked =
  | { readonly kind: 'decision'; readonly card: ApprovalCard; readonly decision: Decision }
  | { readonly kind: 'resolution'; readonly card: DoubtCard; readonly happened: boolean };

/** So many the server tells of at once. */
const mostApprovals = 100;

const doubtKey = ({ run, call }: DoubtCard): string => `${run} ${call}`;

/** What waits for a person: approvals and effects in doubt, one slip each. */
export function Inbox() {
  const approvals = useResource<readonly ApprovalCard[]>('/api/approvals');
  const doubts = useResource<readonly DoubtCard[]>('/api/doubts');
  const { route } = useLocation();
  const [asked, setAsked] = useState<Asked>();
  const [said, setSaid] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const nextFocus = useRef<number | undefined>(undefined);

  const slips: readonly Slip[] = [
    ...(doubts.data ?? []).map((card): Slip => ({ kind: 'doubt', key: doubtKey(card), card })),
    ...(approvals.data ?? []).map((card): Slip => ({ kind: 'approval', key: `${card.id}`, card })),
  ];
  const articles = () => [...(list.current?.querySelectorAll<HTMLElement>('article.slip') ?? [])];
  const focused = () => articles().findIndex((article) => article.contains(document.activeElement));
  const focus = (index: number) =>
    articles()
      .at(Math.max(0, Math.min(index, slips.length - 1)))
      ?.focus();

  // What has been decided leaves the list; the slip that takes its place gets the focus.
  useEffect(() => {
    if (nextFocus.current === undefined || asked) return;
    if (slips.length > 0) focus(nextFocus.current);
    else document.querySelector<HTMLElement>('h1')?.focus();
    nextFocus.current = undefined;
  });

  const ask = (decision: Decision) => {
    const slip = slips[focused()];
    if (slip?.kind === 'approval' && slip.card.barred === null) setAsked({ kind: 'decision', card: slip.card, decision });
  };
  const keys = {
    j: () => focus(focused() + 1),
    ArrowDown: () => focus(focused() + 1),
    k: () => focus(focused() - 1),
    ArrowUp: () => focus(focused() - 1),
    a: () => ask('approve'),
    r: () => ask('reject'),
    Enter: () => {
      const slip = slips[focused()];
      if (slip && document.activeElement?.matches('article.slip')) route(runPath(slip.card.run));
    },
  };
  useKeys(keys, asked === undefined);

  const decided = (key: string, words: string, removed: () => void) => {
    nextFocus.current = slips.findIndex((slip) => slip.key === key);
    setSaid(words);
    removed();
  };
  const error = approvals.error ?? doubts.error;
  const loaded = approvals.data !== undefined && doubts.data !== undefined;
  return (
    <>
      <Title name="Inbox">Inbox {loaded && slips.length > 0 && <span class="count">{slips.length}</span>}</Title>
      <p class="status-line" role="status">
        {said}
      </p>
      {error && <ErrorNote error={error} alert />}
      {loaded && slips.length === 0 && (
        <p class="empty">Nothing waits for a person. Approvals and effects in doubt appear here by themselves.</p>
      )}
      {(approvals.data?.length ?? 0) >= mostApprovals && (
        <p class="notice">Only the {mostApprovals} oldest approvals are here. The next ones come in as these are decided.</p>
      )}
      {slips.length > 0 && (
        <p class="dim hint">
          <kbd>j</kbd> <kbd>k</kbd> move, <kbd>a</kbd> approve, <kbd>r</kbd> reject, <kbd>Enter</kbd> opens the run, <kbd>?</kbd> all keys
        </p>
      )}
      <div ref={list} class="slips">
        {slips.map((slip) =>
          slip.kind === 'approval' ? (
            <ApprovalSlip
              key={slip.key}
              card={slip.card}
              onDecide={(decision) => setAsked({ kind: 'decision', card: slip.card, decision })}
            />
          ) : (
            <DoubtSlip
              key={slip.key}
              card={slip.card}
              onResolve={(happened) => setAsked({ kind: 'resolution', card: slip.card, happened })}
            />
          ),
        )}
      </div>
      {asked?.kind === 'decision' && (
        <DecisionDialog
          card={asked.card}
          decision={asked.decision}
          onClose={() => setAsked(undefined)}
          onDecided={(card, words) =>
            decided(`${card.id}`, words, () =>
              approvals.replace(
                (approvals.data ?? []).flatMap((other) => (other.id !== card.id ? [other] : card.verdict === null ? [card] : [])),
              ),
            )
          }
        />
      )}
      {asked?.kind === 'resolution' && (
        <ResolveDialog
          card={asked.card}
          happened={asked.happened}
          onClose={() => setAsked(undefined)}
          onResolved={(words) =>
            decided(doubtKey(asked.card), words, () => doubts.replace((doubts.data ?? []).filter((other) => other !== asked.card)))
          }
        />
      )}
    </>
  );
}
