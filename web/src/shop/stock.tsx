import type { Availability } from "../wire/types";
import { useWords } from "../words/words";

/** Whether there are any, and how few. */
export function Stock({ availability, stock, forSale = true }: { availability: Availability; stock: number; forSale?: boolean }) {
  const words = useWords();
  const text = !forSale
    ? words.product.unsold
    : availability === "low_stock"
      ? words.product.left(stock)
      : words.product.stock[availability];
  return (
    <span className="stock" data-availability={forSale ? availability : "out_of_stock"}>
      {text}
    </span>
  );
}
