import { Picture } from "../ui/picture";
import { local } from "../wire/request";
import { useResource } from "../wire/resource";
import type { Health, Page, Store } from "../wire/types";
import { en } from "../words/en";
import { useSpoken } from "../words/words";
import { Price } from "../shop/price";

type Listed = { id: string; name: string; effective_price: number; price: number; currency: string; image: string | null; url: string };

type Props = { store: string; onStore: (slug: string) => void; onAsk: (text: string) => void };

/** What stands where no message is yet: where to shop, what to ask, and what others like. */
export function Welcome({ store, onStore, onAsk }: Props) {
  const { words } = useSpoken();
  const stores = useResource<{ stores: Store[] }>("/v1/stores").value?.stores ?? [];
  const offline = useResource<Health>("/healthz").value?.offline ?? false;
  const query = store ? `&store=${encodeURIComponent(store)}` : "";
  const loved = useResource<Page<Listed>>(`/v1/products?sort=-rating&limit=6${query}`).value?.items ?? [];
  // The offline model knows English only.
  const asked = offline ? en.prompts : words.prompts;
  const prompts = asked[store] ?? asked.any ?? [];
  const titles = words.prompts[store] ?? words.prompts.any ?? [];
  return (
    <section className="welcome">
      <h2>{words.chat.welcome}</h2>
      <p className="lead">{words.chat.lead}</p>
      {offline && <p className="soft demo-below">{words.app.offline}</p>}
      {stores.length > 1 && (
        <div className="chips" role="radiogroup" aria-label={words.app.store}>
          {[{ slug: "", name: words.app.allStores }, ...stores].map((one) => (
            <label key={one.slug} className="chip">
              <input type="radio" name="store" checked={one.slug === store} onChange={() => onStore(one.slug)} />
              {one.name}
            </label>
          ))}
        </div>
      )}
      <ul className="prompts">
        {prompts.map(([title, text], at) => (
          <li key={title}>
            <button type="button" onClick={() => onAsk(text)}>
              <strong>{titles[at]?.[0] ?? title}</strong>
              <span>{text}</span>
            </button>
          </li>
        ))}
      </ul>
      {loved.length > 0 && (
        <>
          <h3>{words.chat.loved}</h3>
          <ul className="loved">
            {loved.map((product) => (
              <li key={product.id}>
                <a href={local(product.url)} target="_blank" rel="noopener">
                  <Picture url={product.image} alt="" size={120} />
                  <span>{product.name}</span>
                  <Price
                    now={{ amount: product.effective_price, currency: product.currency }}
                    before={{ amount: product.price, currency: product.currency }}
                  />
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
