import { useShop } from "../hooks/use-shop";
import { Icon } from "../ui/icons";
import { IconButton } from "../ui/icon-button";
import { Picture } from "../ui/picture";
import { useResource } from "../wire/resource";
import type { Cart, CartItem, ProductImage, Store } from "../wire/types";
import { useMoney, useWords } from "../words/words";
import { Price } from "./price";
import { Why } from "./why";

const MOST = 99;

/** The shopper's carts, one a store, as they stand and to be changed. */
export function CartView({ onOrder }: { onOrder: (store: string) => void }) {
  const words = useWords();
  const shop = useShop();
  const stores = useResource<{ stores: Store[] }>("/v1/stores").value?.stores ?? [];
  if (!shop.carts.length) {
    return (
      <div className="nothing">
        <Icon name="cart" />
        <p>{words.cart.empty}</p>
        <p className="soft">{words.cart.emptyLead}</p>
      </div>
    );
  }
  return (
    <>
      {shop.carts.map((cart) => (
        <section key={cart.id} className="cart" aria-label={stores.find((store) => store.slug === cart.store)?.name ?? cart.store}>
          <header>
            <h3>{stores.find((store) => store.slug === cart.store)?.name ?? cart.store}</h3>
            <button type="button" className="plain" onClick={() => void shop.clear(cart)}>
              {words.cart.clear}
            </button>
          </header>
          <ul>
            {cart.items.map((item) => (
              <Item key={item.product_id} cart={cart} item={item} />
            ))}
          </ul>
          <p className="total">
            <span>{words.cart.total}</span>
            <Price now={{ amount: cart.total, currency: cart.currency }} />
          </p>
          <button type="button" className="primary wide" disabled={!cart.buyable} onClick={() => onOrder(cart.store)}>
            {words.cart.order}
          </button>
          <p className="soft hint">{words.cart.orderHint}</p>
        </section>
      ))}
    </>
  );
}

function Item({ cart, item }: { cart: Cart; item: CartItem }) {
  const words = useWords();
  const money = useMoney();
  const shop = useShop();
  const images = useResource<{ images: ProductImage[] }>(`/v1/products/${item.product_id}/images`).value?.images;
  const set = (quantity: number) => void shop.change(cart, item.product_id, quantity);
  return (
    <li className="cart-item">
      <Picture url={images?.[0]?.url} alt="" size={56} />
      <div>
        <a href={`/products/${item.product_id}`} target="_blank" rel="noopener">
          {item.name}
        </a>
        {item.quantity > 1 && <p className="soft">{words.cart.each(money(item.price, cart.currency))}</p>}
        <Why item={item} />
        {item.obstacle && <p className="obstacle">{words.cart.obstacles[item.obstacle]}</p>}
        <div className="amount">
          <span className="stepper" role="group" aria-label={words.cart.quantity(item.name)}>
            <IconButton
              icon={item.quantity > 1 ? "minus" : "trash"}
              label={item.quantity > 1 ? words.cart.less(item.name) : words.cart.remove(item.name)}
              onClick={() => set(item.quantity - 1)}
            />
            <output>{item.quantity}</output>
            <IconButton
              icon="plus"
              label={words.cart.more(item.name)}
              disabled={!item.for_sale || item.quantity >= Math.min(item.stock, MOST)}
              onClick={() => set(item.quantity + 1)}
            />
          </span>
          <Price
            now={{ amount: item.line_total, currency: cart.currency }}
            before={{ amount: item.list_price * item.quantity, currency: cart.currency }}
          />
        </div>
      </div>
    </li>
  );
}
