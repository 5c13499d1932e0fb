import { useEffect, useState } from "react";

import { Icon } from "../ui/icons";
import type { Action } from "../wire/types";
import { useMoney, useWords } from "../words/words";
import { Price } from "./price";

type Props = { action: Action; settled: boolean; onDecide: (action: string, verdict: "confirm" | "reject") => Promise<string | null> };

/** What would happen and what it costs, exactly, with a yes and a no; afterwards, what became of it. */
export function ActionCard({ action, settled, onDecide }: Props) {
  const words = useWords();
  const money = useMoney();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const left = useTimeLeft(action.expires_at, action.state === "pending");
  const state = action.state === "pending" && left <= 0 ? "expired" : action.state;

  async function decide(verdict: "confirm" | "reject") {
    setBusy(true);
    try {
      setRefused(await onDecide(action.id, verdict));
    } catch (error) {
      setRefused((error as Error).message || words.app.failed);
    }
    setBusy(false);
  }

  return (
    <section className="action" data-state={state} aria-label={words.action.ask}>
      <header>
        <Icon name={state === "executed" ? "check" : state === "pending" ? "alert" : "close"} />
        <h3>{state === "pending" ? words.action.ask : words.action.states[state]}</h3>
        {state === "pending" && <span className="soft">{words.action.left(Math.floor(left / 60_000))}</span>}
      </header>
      <p className="what">{action.summary}</p>
      {action.changes?.length ? (
        <ul className="changes">
          {action.changes.map((change) => (
            <li key={change.fact}>{words.action.change(change.fact, said(change.before), said(change.after))}</li>
          ))}
        </ul>
      ) : null}
      <p className="total">
        <span>{action.total ? words.action.cost : words.action.free}</span>
        {action.total && <Price now={action.total} />}
      </p>
      {refused && <p className="refused" role="alert">{refused}</p>}
      {state === "pending" && (
        <footer>
          <button type="button" className="primary" disabled={busy || !settled} onClick={() => void decide("confirm")}>
            {action.total ? words.action.pay(money(action.total.amount, action.total.currency)) : words.action.confirm}
          </button>
          <button type="button" disabled={busy || !settled} onClick={() => void decide("reject")}>
            {words.action.reject}
          </button>
        </footer>
      )}
    </section>
  );
}

function said(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** Milliseconds until then, told about every ten seconds. */
function useTimeLeft(until: string, running: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, [running]);
  return Date.parse(until) - now;
}
