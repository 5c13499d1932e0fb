import { useSpoken } from "../words/words";

/** Stars out of five. */
export function Rating({ rating, count }: { rating: number | null; count: number }) {
  const { language, words } = useSpoken();
  if (rating === null) return null;
  const told = rating.toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return (
    <span className="rating" role="img" aria-label={words.product.rating(told, count)}>
      <span aria-hidden="true">★ {told}</span>
      <span aria-hidden="true" className="soft"> ({count})</span>
    </span>
  );
}
