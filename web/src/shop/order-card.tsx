import { Icon } from "../ui/icons";
import type { OrderCard as Ordered } from "../wire/types";
import { useMoney, useSpoken } from "../words/words";
import { Price } from "./price";

const WAY = ["pending", "processing", "shipped", "delivered"];

/** An order and where it is on its way. */
export function OrderCard({ order }: { order: Ordered }) {
  const { language, words } = useSpoken();
  const money = useMoney();
  const status = words.order.statuses[order.status] ?? order.status;
  const at = WAY.indexOf(order.status);
  const tax = money(order.tax.amount, order.tax.currency);
  return (
    <section className="order" aria-label={words.order.one(order.order_number)}>
      <header>
        <Icon name="box" />
        <h3>{words.order.one(order.order_number)}</h3>
        <time className="soft" dateTime={order.placed_at}>
          {new Date(order.placed_at).toLocaleDateString(language, { dateStyle: "medium" })}
        </time>
      </header>
      <p className="status" data-status={order.status}>
        {status}
      </p>
      {at >= 0 && (
        <ol className="way" aria-hidden="true">
          {WAY.map((stop, index) => (
            <li key={stop} data-reached={index <= at || undefined} />
          ))}
        </ol>
      )}
      <ul className="items">
        {order.items.map((item) => (
          <li key={item.item_id}>
            <span>
              {item.quantity} × {item.name}
              {item.returned > 0 && <em className="soft"> {words.order.returned(item.returned)}</em>}
            </span>
            <Price now={item.price} />
          </li>
        ))}
      </ul>
      <p className="total">
        <span>
          {words.cart.total}{" "}
          <span className="soft">({order.tax_included ? words.order.taxIncluded(tax) : words.order.tax(tax)})</span>
        </span>
        <Price now={order.total} />
      </p>
      {order.ships_to && (
        <p className="soft">
          {words.order.shipsTo}: {order.ships_to}
        </p>
      )}
      {order.tracking_ids.length > 0 && (
        <p className="soft">
          {words.order.tracking}: {order.tracking_ids.join(", ")}
        </p>
      )}
    </section>
  );
}
