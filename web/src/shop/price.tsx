import type { Price as Amount } from "../wire/types";
import { useMoney, useWords } from "../words/words";

/** What something costs, and what it cost before where that is more. */
export function Price({ now, before = null }: { now: Pick<Amount, "amount" | "currency">; before?: Pick<Amount, "amount" | "currency"> | null }) {
  const money = useMoney();
  const words = useWords();
  const told = money(now.amount, now.currency);
  return (
    <span className="price">
      {told}
      {before && before.amount > now.amount && (
        <>
          {" "}
          <s aria-hidden="true">{money(before.amount, before.currency)}</s>
          <span className="hidden">{words.product.was(money(before.amount, before.currency))}</span>
        </>
      )}
    </span>
  );
}
