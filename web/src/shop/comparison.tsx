import { Picture } from "../ui/picture";
import { local } from "../wire/request";
import type { Comparison as Compared } from "../wire/types";
import { useWords } from "../words/words";
import { Price } from "./price";
import { Rating } from "./rating";
import { Stock } from "./stock";

/** Products in columns, what tells them apart in rows. */
export function Comparison({ compared }: { compared: Compared }) {
  const words = useWords();
  const { products, rows } = compared;
  return (
    <div className="scroller comparison" tabIndex={0} role="group" aria-label={words.product.comparison}>
      <table>
        <caption className="hidden">{words.product.comparison}</caption>
        <thead>
          <tr>
            <td />
            {products.map((product) => (
              <th key={product.id} scope="col">
                <a href={local(product.url)} target="_blank" rel="noopener">
                  <Picture url={product.image?.url} alt="" size={96} />
                  {product.name}
                </a>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{words.product.price}</th>
            {products.map((product) => (
              <td key={product.id}>
                <Price now={product.price} before={product.original_price} />
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">{words.product.ratingRow}</th>
            {products.map((product) => (
              <td key={product.id}>
                <Rating rating={product.rating} count={product.rating_count} />
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">{words.product.stockRow}</th>
            {products.map((product) => (
              <td key={product.id}>
                <Stock availability={product.availability} stock={product.stock} />
              </td>
            ))}
          </tr>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              {row.values.map((value, at) => (
                <td key={products[at]?.id ?? at}>{value ?? <span aria-hidden="true">–</span>}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
