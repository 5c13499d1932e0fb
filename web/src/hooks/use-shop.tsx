/** The shop beside the chat: carts and wishlist as the service has them, and what a shopper may do with them. */

import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";

import { useToast } from "../ui/toast";
import { useWords } from "../words/words";
import { listen, tell } from "../wire/news";
import { put, refresh, useResource } from "../wire/resource";
import { Problem, request } from "../wire/request";
import type { Cart, CartCard, Page, WishlistItem } from "../wire/types";

const CARTS = "/v1/carts?limit=100";
const WISHLIST = "/v1/wishlist?limit=100";

type Shop = {
  carts: Cart[];
  wished: WishlistItem[];
  loaded: boolean;
  /** How many pieces of it are in a cart. */
  quantity: (product: string) => number;
  /** How many items there are in all carts. */
  count: number;
  add: (product: string) => Promise<void>;
  change: (cart: Cart, product: string, quantity: number) => Promise<void>;
  clear: (cart: Cart) => Promise<void>;
  wish: (product: string, wished: boolean) => Promise<void>;
};

const Context = createContext<Shop | null>(null);

export function Shopping({ children }: { children: ReactNode }) {
  const carts = useResource<Page<Cart>>(CARTS).value;
  const wished = useResource<Page<WishlistItem>>(WISHLIST).value;
  const toast = useToast();
  const words = useWords();

  useEffect(
    () =>
      listen((news) => {
        if (news.about === "carts" || news.about === "person") {
          refresh("/v1/carts");
          refresh("/v1/wishlist");
          refresh("/v1/orders");
        }
      }),
    [],
  );

  const shop = useMemo<Shop>(() => {
    const full = (carts?.items ?? []).filter((cart) => cart.items.length);
    const quantity = (product: string) =>
      full.flatMap((cart) => cart.items).find((item) => item.product_id === product)?.quantity ?? 0;

    async function changing(act: () => Promise<unknown>): Promise<void> {
      try {
        await act();
      } catch (error) {
        const stale = error instanceof Problem && error.code === "stale-cart";
        toast(stale ? words.cart.changed : (error as Error).message || words.app.failed);
      }
      tell({ about: "carts" });
    }

    async function changed(path: string, method: "PUT" | "DELETE", cart: Cart, body?: unknown): Promise<void> {
      const now = await request<Cart>(path, { method, version: cart.version, ...(body !== undefined && { body }) });
      put<Page<Cart>>(CARTS, (before) => ({
        next: before?.next ?? null,
        items: (before?.items ?? []).map((one) => (one.id === now.id ? now : one)),
      }));
    }

    return {
      carts: full,
      wished: wished?.items ?? [],
      loaded: carts !== undefined,
      quantity,
      count: full.reduce((sum, cart) => sum + cart.items.reduce((pieces, item) => pieces + item.quantity, 0), 0),
      add: (product) =>
        changing(() =>
          // The tool finds the store by the product, which a card does not name.
          request<{ data: { name: string; content: CartCard }[] }>("/v1/tools/update_cart", {
            method: "POST",
            body: { product_id: product, quantity: quantity(product) + 1 },
          }),
        ),
      change: (cart, product, pieces) =>
        changing(() => changed(`/v1/carts/${cart.id}/items/${product}`, "PUT", cart, { quantity: pieces })),
      clear: (cart) => changing(() => changed(`/v1/carts/${cart.id}/items`, "DELETE", cart)),
      wish: (product, listed) =>
        changing(() => request(`/v1/wishlist/${product}`, { method: listed ? "PUT" : "DELETE" })),
    };
  }, [carts, wished, toast, words]);

  return <Context value={shop}>{children}</Context>;
}

export function useShop(): Shop {
  const shop = useContext(Context);
  if (!shop) throw new Error("There is no <Shopping> around this.");
  return shop;
}
