import { useShop } from "../hooks/use-shop";
import { Icon } from "../ui/icons";
import { IconButton } from "../ui/icon-button";
import { Picture } from "../ui/picture";
import type { WishlistCard } from "../wire/types";
import { useWords } from "../words/words";
import { Price } from "./price";
import { Stock } from "./stock";

type Row = Omit<WishlistCard["items"][number], "price" | "original_price" | "image" | "url"> & {
  price: number;
  list_price: number;
  currency: string;
  image: string | null;
};

/** What the shopper would like to have some day. */
export function WishlistView() {
  const words = useWords();
  const { wished } = useShop();
  if (!wished.length) {
    return (
      <div className="nothing">
        <Icon name="heart" />
        <p>{words.wishlist.none}</p>
        <p className="soft">{words.wishlist.noneLead}</p>
      </div>
    );
  }
  return <Rows rows={wished} />;
}

/** The wishlist in an answer. */
export function WishlistRows({ list }: { list: WishlistCard }) {
  const words = useWords();
  const rows = list.items.map((item) => ({
    ...item,
    price: item.price.amount,
    list_price: (item.original_price ?? item.price).amount,
    currency: item.price.currency,
    image: item.image?.url ?? null,
  }));
  return (
    <section className="boxed" aria-label={words.wishlist.title}>
      {rows.length ? <Rows rows={rows} /> : <p>{words.wishlist.none}</p>}
      {list.more && <p className="soft">{words.wishlist.more}</p>}
    </section>
  );
}

function Rows({ rows }: { rows: Row[] }) {
  const words = useWords();
  const shop = useShop();
  return (
    <ul className="rows">
      {rows.map((item) => (
        <li key={item.product_id} className="row">
          <Picture url={item.image} alt="" size={56} />
          <div>
            <a href={`/products/${item.product_id}`} target="_blank" rel="noopener">
              {item.name}
            </a>
            <p>
              <Price
                now={{ amount: item.price, currency: item.currency }}
                before={{ amount: item.list_price, currency: item.currency }}
              />{" "}
              <Stock availability={item.availability} stock={item.stock} forSale={item.for_sale} />
            </p>
          </div>
          <IconButton
            icon="cart"
            label={words.product.addName(item.name)}
            disabled={!item.for_sale || item.availability === "out_of_stock"}
            onClick={() => void shop.add(item.product_id)}
          />
          <IconButton icon="close" label={words.product.unwish(item.name)} onClick={() => void shop.wish(item.product_id, false)} />
        </li>
      ))}
    </ul>
  );
}
