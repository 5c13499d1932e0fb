import { type KeyboardEvent, useId } from "react";

import { useShop } from "../hooks/use-shop";
import { Icon, type IconName } from "../ui/icons";
import { useWords } from "../words/words";
import { CartView } from "./cart-view";
import { OrdersView } from "./orders-view";
import { WishlistView } from "./wishlist-view";

export const SHELVES = ["cart", "wishlist", "orders"] as const;
export type Shelf = (typeof SHELVES)[number];
const ICONS: Record<Shelf, IconName> = { cart: "cart", wishlist: "heart", orders: "box" };

type Props = { shelf: Shelf; onShelf: (shelf: Shelf) => void; onOrder: (store: string) => void; onAsk: (text: string) => void };

/** Cart, wishlist and orders beside the chat. */
export function ShopPanel({ shelf, onShelf, onOrder, onAsk }: Props) {
  const words = useWords();
  const { count } = useShop();
  const id = useId();
  const names = { cart: words.cart.title, wishlist: words.wishlist.title, orders: words.order.title };

  function move(event: KeyboardEvent) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const to = SHELVES[(SHELVES.indexOf(shelf) + step + SHELVES.length) % SHELVES.length] ?? shelf;
    onShelf(to);
    document.getElementById(`${id}-${to}`)?.focus();
  }

  return (
    <div className="shop-panel">
      <div className="tabs" role="tablist" aria-label={words.app.shop} onKeyDown={move}>
        {SHELVES.map((one) => (
          <button
            key={one}
            id={`${id}-${one}`}
            type="button"
            role="tab"
            aria-selected={one === shelf}
            aria-controls={`${id}-panel`}
            tabIndex={one === shelf ? 0 : -1}
            onClick={() => onShelf(one)}
          >
            <Icon name={ICONS[one]} />
            {names[one]}
            {one === "cart" && count > 0 && <span className="count">{count}</span>}
          </button>
        ))}
      </div>
      <div className="shelf" id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${shelf}`} tabIndex={0}>
        {shelf === "cart" && <CartView onOrder={onOrder} />}
        {shelf === "wishlist" && <WishlistView />}
        {shelf === "orders" && <OrdersView onAsk={onAsk} />}
      </div>
    </div>
  );
}
