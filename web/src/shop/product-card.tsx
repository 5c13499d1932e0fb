import { useState } from "react";

import { useShop } from "../hooks/use-shop";
import { Icon } from "../ui/icons";
import { IconButton } from "../ui/icon-button";
import { Picture } from "../ui/picture";
import { local } from "../wire/request";
import type { Card } from "../wire/types";
import { useWords } from "../words/words";
import { Price } from "./price";
import { Rating } from "./rating";
import { Stock } from "./stock";

/** A product: what it looks like, costs, and whether there are any. */
export function ProductCard({ product }: { product: Card }) {
  const words = useWords();
  const shop = useShop();
  const [busy, setBusy] = useState(false);
  const inCart = shop.quantity(product.id);
  const wished = shop.wished.some((item) => item.product_id === product.id);
  async function add() {
    setBusy(true);
    await shop.add(product.id);
    setBusy(false);
  }
  return (
    <article className="product-card">
      <IconButton
        className="wish"
        icon="heart"
        filled={wished}
        aria-pressed={wished}
        label={wished ? words.product.unwish(product.name) : words.product.wish(product.name)}
        onClick={() => void shop.wish(product.id, !wished)}
      />
      <a href={local(product.url)} target="_blank" rel="noopener">
        <Picture url={product.image?.url} alt={product.image?.alt ?? ""} size={220} />
        <span className="name">{product.name}</span>
      </a>
      {product.summary && <p className="summary">{product.summary}</p>}
      <p className="facts">
        <Rating rating={product.rating} count={product.rating_count} />
        <Stock availability={product.availability} stock={product.stock} />
      </p>
      <div className="buy">
        <Price now={product.price} before={product.original_price} />
        <button
          type="button"
          className={inCart ? "quiet" : "primary"}
          disabled={busy || product.availability === "out_of_stock" || inCart >= product.stock}
          title={words.product.add}
          onClick={() => void add()}
        >
          <span className="hidden">{words.product.addName(product.name)}</span>
          <Icon name={inCart ? "check" : "plus"} />
          {inCart ? inCart : <Icon name="cart" />}
        </button>
      </div>
    </article>
  );
}

/** Products side by side; what suits only nearly says so. */
export function ProductCards({ products, suitable = true }: { products: Card[]; suitable?: boolean }) {
  const words = useWords();
  if (!products.length) return null;
  return (
    <>
      {!suitable && <p className="soft">{words.product.nearest}</p>}
      <ul className="product-cards">
        {products.map((product) => (
          <li key={product.id}>
            <ProductCard product={product} />
          </li>
        ))}
      </ul>
    </>
  );
}
