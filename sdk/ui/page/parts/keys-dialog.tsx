import { useEffect, useRef } from 'preact/hooks';

const keys = [
  ['j or ↓, k or ↑', 'to the next slip of the inbox, to the one before'],
  ['a', 'approve the slip that has the focus; asks once more'],
  ['r', 'reject it; asks for a reason'],
  ['Enter', 'open its run'],
  ['/', 'search runs'],
  ['Esc', 'close a question without an answer'],
  ['?', 'this list'],
] as const;

/** The keys of the page. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title">Keys</h2>
      <dl class="facts">
        {keys.map(([key, does]) => (
          <>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </>
        ))}
      </dl>
      <div class="buttons">
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}
