import { useState } from "react";

import { useResource } from "../wire/resource";
import type { CartItem, Change } from "../wire/types";
import { useSpoken } from "../words/words";

/** What has put an item into the cart: who, when, and what was said before. */
export function Why({ item }: { item: CartItem }) {
  const { language, words } = useSpoken();
  const [open, setOpen] = useState(false);
  const { value, error } = useResource<{ steps: Change[] }>(open ? `/v1/explain/cart-items/${item.id}` : null);
  return (
    <details className="why" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.cart.why}</summary>
      {error && <p>{error.message}</p>}
      <ul>
        {value?.steps.map((step) => {
          const when = new Date(step.at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
          return (
            <li key={step.at}>
              {step.tool_call ? words.cart.byAssistant(when) : words.cart.byHand(when)},{" "}
              {words.cart.pieces(step.before ?? 0, step.after ?? 0)}
              {step.tool_call?.asked && <p>{words.cart.asked(step.tool_call.asked)}</p>}
              {step.suggestion && <p>{words.cart.fromSuggestion(step.suggestion.title)}</p>}
              {step.found_by && <p>{words.cart.foundBy(step.found_by.query)}</p>}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
