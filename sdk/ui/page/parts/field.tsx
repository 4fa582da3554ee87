import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly required?: boolean;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly mono?: boolean;
}

/** A labelled text that may have several lines. */
export function Field({ label, value, onInput, required = false, hint, error, mono = false }: FieldProps) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>
        {label}
        {required ? <span class="dim"> (required)</span> : <span class="dim"> (optional)</span>}
      </label>
      {hint && (
        <span class="dim" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      <textarea
        id={id}
        rows={2}
        class={mono ? 'mono' : undefined}
        value={value}
        required={required}
        aria-describedby={hint ? `${id}-hint` : undefined}
        aria-invalid={error !== undefined}
        aria-errormessage={error === undefined ? undefined : `${id}-error`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {error !== undefined && (
        <span class="wrong" id={`${id}-error`} role="alert">
          {error}
        </span>
      )}
    </p>
  );
}
