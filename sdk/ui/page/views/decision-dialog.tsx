import { useState } from 'preact/hooks';
import type { ApprovalCard, ApproveRequest, RejectRequest } from '../../contract.js';
import { useSession } from '../api/connection.js';
import { send } from '../api/request.js';
import { AskDialog } from '../parts/ask-dialog.js';
import { Field } from '../parts/field.js';
import { JsonView } from '../parts/json-view.js';
import { Text } from '../parts/text.js';
import { shownText } from '../words/shown-text.js';

export type Decision = 'approve' | 'reject';

interface DecisionDialogProps {
  readonly card: ApprovalCard;
  readonly decision: Decision;
  readonly onClose: () => void;
  readonly onDecided: (card: ApprovalCard, words: string) => void;
}

/** Asks once more, with a reason, before an approval is decided. */
export function DecisionDialog({ card, decision, onClose, onDecided }: DecisionDialogProps) {
  const { csrf, decider, signs } = useSession();
  const [reason, setReason] = useState('');
  const given = reason.trim();
  const approves = decision === 'approve';
  const decide = async () => {
    const request: ApproveRequest | RejectRequest = approves ? { digest: card.digest, ...(given && { reason: given }) } : { digest: card.digest, reason: given }; // prettier-ignore
    const after = await send<ApprovalCard>(`/api/approvals/${card.id}/${decision}`, request, csrf);
    onDecided(after, recorded(after));
  };
  const missing = card.quorum - card.votes.length - 1;
  return (
    <AskDialog
      title={approves ? 'Approve this call?' : 'Reject this call?'}
      confirm={approves ? 'Approve' : 'Reject'}
      tone={approves ? 'go' : 'stop'}
      onConfirm={decide}
      onClose={onClose}
    >
      <p class="lead">
        <Text of={card.show} />
      </p>
      <JsonView value={card.args} label="The exact arguments" />
      <p>
        {approves ? 'It is done with exactly these arguments.' : 'It is not done; the run is told that it was rejected.'}
        {approves && missing > 0 && ` It needs ${missing} more after you.`} Recorded as <Text of={decider} />
        {signs ? ', signed' : ', not signed'}.
      </p>
      <Field label="Reason" value={reason} onInput={setReason} required={!approves} />
    </AskDialog>
  );
}

function recorded({ show, verdict, quorum, votes }: ApprovalCard): string {
  const what = shownText(show);
  if (verdict === null) return `Your yes is on record: ${what}. ${votes.length} of ${quorum} have said yes.`;
  return `On record as ${verdict}: ${what}.`;
}
