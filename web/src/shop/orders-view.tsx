import { Icon } from "../ui/icons";
import { useResource } from "../wire/resource";
import type { Order, Page } from "../wire/types";
import { useSpoken } from "../words/words";
import { Price } from "./price";

/** The own orders, the newest first. */
export function OrdersView({ onAsk }: { onAsk: (text: string) => void }) {
  const { language, words } = useSpoken();
  const orders = useResource<Page<Order>>("/v1/orders").value?.items;
  if (!orders?.length) {
    return (
      <div className="nothing">
        <Icon name="box" />
        <p>{orders ? words.order.none : words.app.loading}</p>
      </div>
    );
  }
  return (
    <ul className="rows">
      {orders.map((order) => (
        <li key={order.id} className="order-row">
          <p>
            <strong>{order.order_number}</strong>
            <span className="status" data-status={order.status}>
              {words.order.statuses[order.status] ?? order.status}
            </span>
          </p>
          <p className="soft">
            {new Date(order.created_at).toLocaleDateString(language, { dateStyle: "medium" })} ·{" "}
            {words.cart.count(order.items.reduce((sum, item) => sum + item.quantity, 0))} ·{" "}
            <Price now={{ amount: order.total, currency: order.currency }} />
          </p>
          <p className="soft">{order.items.map((item) => item.name).join(", ")}</p>
          <button type="button" onClick={() => onAsk(words.order.ask(order.order_number))}>
            {words.order.askLabel}
          </button>
        </li>
      ))}
    </ul>
  );
}
