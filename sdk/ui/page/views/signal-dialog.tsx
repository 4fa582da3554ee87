import { useId, useState } from 'preact/hooks';
import type { RunPage, SignalRequest } from '../../contract.js';
import { useSession } from '../api/connection.js';
import { send } from '../api/request.js';
import { AskDialog } from '../parts/ask-dialog.js';
import { Field } from '../parts/field.js';
import { jsonProblem, parseJson } from '../words/parse-json.js';
import { runPath } from '../parts/run-link.js';
import type { RunDialogProps } from './cancel-dialog.js';

/** Sends a run a signal, with a value if it takes one. */
export function SignalDialog({ run, onClose, onDone }: RunDialogProps) {
  const { csrf } = useSession();
  const id = useId();
  const [name, setName] = useState('');
  const [payload, setPayload] = useState('');
  const signal = async () => {
    const value = parseJson(payload);
    const request: SignalRequest = { name: name.trim(), ...(value !== undefined && { payload: value }) };
    onDone(await send<RunPage>(`/api${runPath(run.id)}/signal`, request, csrf), `The signal ${request.name} is on record.`);
  };
  return (
    <AskDialog title="Send this run a signal" confirm="Send" tone="go" onConfirm={signal} onClose={onClose}>
      <p class="field">
        <label for={id}>Name</label>
        <input id={id} required class="mono" autoComplete="off" value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </p>
      <Field
        label="Payload"
        hint='As JSON, such as { "ok": true }.'
        value={payload}
        onInput={setPayload}
        error={jsonProblem(payload)}
        mono
      />
    </AskDialog>
  );
}
