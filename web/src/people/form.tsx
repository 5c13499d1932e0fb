import { type FormEvent, type ReactNode, useState } from "react";

import { useWords } from "../words/words";

type Props = { onSend: (values: Record<string, string>) => Promise<void>; send: string; children: ReactNode };

/** Fields that are sent together; what is refused is said below them. */
export function Form({ onSend, send, children }: Props) {
  const words = useWords();
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const values = Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]));
    setBusy(true);
    setError(null);
    try {
      await onSend(values);
    } catch (reason) {
      setError((reason as Error).message || words.app.failed);
    }
    setBusy(false);
  }
  return (
    <form className="fields" onSubmit={(event) => void submit(event)}>
      {children}
      {error && (
        <p className="refused" role="alert">
          {error}
        </p>
      )}
      <button type="submit" className="primary wide" disabled={busy}>
        {send}
      </button>
    </form>
  );
}

type FieldProps = { name: string; label: string; type?: string; complete: string; required?: boolean };

export function Field({ name, label, type = "text", complete, required = true }: FieldProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <input name={name} type={type} autoComplete={complete} required={required} minLength={complete === "new-password" ? 8 : undefined} />
    </label>
  );
}
