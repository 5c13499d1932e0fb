import { useState } from "react";

import { Icon } from "../ui/icons";
import { Picture } from "../ui/picture";
import { useToast } from "../ui/toast";
import { tell } from "../wire/news";
import { refresh, useResource } from "../wire/resource";
import { request } from "../wire/request";
import type { Cart, Outcome, Page, SuggestedCart } from "../wire/types";
import { useWords } from "../words/words";
import { Price } from "./price";

type Props = { carts: SuggestedCart[]; message: string; settled: boolean; onChange: (text: string) => void };

/** Carts to choose from, side by side, the best first. What became of each is asked once the answer is over. */
export function SuggestedCarts({ carts, message, settled, onChange }: Props) {
  const words = useWords();
  const path = settled ? `/v1/carts?suggested_by=${encodeURIComponent(message)}` : null;
  const found = useResource<Page<Cart>>(path).value;
  const outcome = (id: string) => found?.items.find((cart) => cart.id === id)?.suggestion?.outcome ?? null;
  return (
    <section className="suggested" aria-label={words.suggested.title}>
      {carts.map((cart, at) => (
        <Suggested
          key={cart.id}
          cart={cart}
          best={at === 0 && carts.length > 1}
          outcome={outcome(cart.id)}
          ready={found !== undefined}
          onDecided={() => path && refresh(path)}
          onChange={onChange}
        />
      ))}
    </section>
  );
}

type One = {
  cart: SuggestedCart;
  best: boolean;
  outcome: Outcome | null;
  ready: boolean;
  onDecided: () => void;
  onChange: (text: string) => void;
};

function Suggested({ cart, best, outcome, ready, onDecided, onChange }: One) {
  const words = useWords();
  const toast = useToast();
  const [busy, setBusy] = useState(false);

  async function decide(verdict: "accept" | "dismiss") {
    setBusy(true);
    try {
      const told = await request<{ suggestion: Cart }>(`/v1/carts/${cart.id}/${verdict}`, { method: "POST" });
      const left = verdict === "accept" ? told.suggestion.items.filter((item) => item.left_out) : [];
      if (left.length) toast([words.suggested.partly, ...left.map((item) => words.suggested.leftOut(item.name))].join(" "));
    } catch (error) {
      toast((error as Error).message);
    }
    onDecided();
    tell({ about: "carts" });
    setBusy(false);
  }

  return (
    <article className="suggested-cart" data-outcome={outcome ?? undefined}>
      <header>
        {best && <span className="badge">{words.suggested.best}</span>}
        <h3>{cart.title}</h3>
        <p className="soft">{cart.reason}</p>
        <meter min={0} max={100} value={cart.score} aria-label={words.suggested.fit(cart.score)} />
        <span className="soft score">{words.suggested.fit(cart.score)}</span>
      </header>
      <ul>
        {cart.items.map((item) => (
          <li key={item.product_id}>
            <Picture url={item.image?.url} alt="" size={44} />
            <span>
              {item.quantity > 1 && `${item.quantity} × `}
              {item.name}
            </span>
            <Price now={item.line_total} />
          </li>
        ))}
      </ul>
      <p className="total">
        <span>{words.cart.total}</span>
        <Price now={cart.total} />
      </p>
      {outcome ? (
        <p className="outcome">
          <Icon name={outcome === "accepted" ? "check" : "close"} />{" "}
          {outcome === "accepted" ? words.suggested.accepted : words.suggested.dismissed}
        </p>
      ) : (
        <footer>
          <button type="button" className="primary" disabled={!ready || busy} onClick={() => void decide("accept")}>
            {words.suggested.accept}
          </button>
          <button type="button" disabled={!ready || busy} onClick={() => onChange(words.changePrompt(cart.title))}>
            {words.suggested.change}
          </button>
          <button type="button" className="plain" disabled={!ready || busy} onClick={() => void decide("dismiss")}>
            {words.suggested.dismiss}
          </button>
        </footer>
      )}
    </article>
  );
}
