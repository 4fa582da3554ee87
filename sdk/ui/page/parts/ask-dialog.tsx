import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { ErrorWords } from '../../contract.js';
import { RequestFailed } from '../api/request.js';
import { ErrorNote } from './error-note.js';

interface AskDialogProps {
  readonly title: string;
  readonly confirm: string;
  readonly tone: 'go' | 'stop';
  readonly children: ComponentChildren;
  /** Sends what was asked about. What it throws is shown, and the dialog stays. */
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}

/** The one question before anything is changed: Escape and Cancel change nothing. */
export function AskDialog({ title, confirm, tone, children, onConfirm, onClose }: AskDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorWords>();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (thrown) {
      setError(thrown instanceof RequestFailed ? thrown.words : { code: 'ERROR', what: String(thrown), fix: null });
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id={heading}>{title}</h2>
        {children}
        {error && <ErrorNote error={error} alert />}
        <div class="buttons">
          <button type="submit" class={`strong ${tone}`} disabled={busy}>
            {confirm}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
