import { Icon } from "../ui/icons";
import type { CartCard } from "../wire/types";
import { useWords } from "../words/words";
import { Price } from "./price";

/** That the assistant has changed the cart, which itself stands beside the chat. */
export function CartNote({ cart, onOpen }: { cart: CartCard; onOpen: () => void }) {
  const words = useWords();
  const pieces = cart.items.reduce((sum, item) => sum + item.quantity, 0);
  return (
    <button type="button" className="cart-note" onClick={onOpen}>
      <Icon name="cart" />
      <span>
        {words.cart.updated}: {words.cart.count(pieces)}
      </span>
      <Price now={cart.total} />
    </button>
  );
}
