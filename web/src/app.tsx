import { useCallback, useEffect, useState } from "react";

import { Chat } from "./chat/chat";
import { ChatList } from "./chat/chat-list";
import { Settings } from "./chat/settings";
import { useMedia } from "./hooks/use-media";
import { useOutcome } from "./hooks/use-outcome";
import { usePerson } from "./hooks/use-person";
import { usePlace } from "./hooks/use-place";
import { useShop } from "./hooks/use-shop";
import { useStored } from "./hooks/use-stored";
import { Account } from "./people/account";
import { type Shelf, ShopPanel } from "./shop/shop-panel";
import logo from "./icon.svg";
import { IconButton } from "./ui/icon-button";
import { Sheet } from "./ui/sheet";
import { useResource } from "./wire/resource";
import type { Health } from "./wire/types";
import { en } from "./words/en";
import { useWords } from "./words/words";

/** The page: chats at one side, the shop at the other, the chat between them; on small screens the sides are drawers. */
export function App() {
  const words = useWords();
  const shop = useShop();
  useOutcome();
  const [chat, go] = usePlace();
  const [store, setStore] = useStored<string>("store", "");
  const [shelf, setShelf] = useState<Shelf>("cart");
  const [drawer, setDrawer] = useState<"menu" | "shop" | null>(null);
  const [wish, setWish] = useState<{ text: string; at: number } | null>(null);
  const menuBeside = useMedia("(min-width: 60rem)");
  const shopBeside = useMedia("(min-width: 78rem)");
  const { person } = usePerson();
  const health = useResource<Health>("/healthz").value;

  const goTo = useCallback(
    (to?: string) => {
      go(to);
      setDrawer(null);
    },
    [go],
  );
  const openCart = useCallback(() => {
    setShelf("cart");
    if (!matchMedia("(min-width: 78rem)").matches) setDrawer("shop");
  }, []);
  const say = (text: string) => {
    setWish({ text, at: Date.now() });
    setDrawer(null);
  };
  useEffect(() => {
    if ((drawer === "menu" && menuBeside) || (drawer === "shop" && shopBeside)) setDrawer(null);
  }, [drawer, menuBeside, shopBeside]);

  const menu = (
    <div className="menu">
      <ChatList chat={chat} onGo={goTo} />
      <Account onGone={goTo} />
      <Settings />
    </div>
  );
  const panel = (
    <ShopPanel
      shelf={shelf}
      onShelf={setShelf}
      onOrder={() => say(health?.offline ? en.orderPrompt : words.orderPrompt)}
      onAsk={say}
    />
  );
  return (
    <div className="app">
      <a className="skip" href="#chat" onClick={(event) => (event.preventDefault(), document.getElementById("chat")?.focus())}>
        {words.app.skip}
      </a>
      <header className="top">
        {!menuBeside && <IconButton icon="chats" label={words.app.menu} onClick={() => setDrawer("menu")} />}
        <img className="logo" src={logo} alt="" width={28} height={28} />
        <h1>Cartwright</h1>
        {health?.offline && (
          <p className="demo" title={words.app.offline}>
            {words.app.offline}
          </p>
        )}
        {!shopBeside && (
          <span className="with-count">
            <IconButton icon="cart" label={`${words.app.shop} (${words.cart.count(shop.count)})`} onClick={() => setDrawer("shop")} />
            {shop.count > 0 && (
              <span className="count" aria-hidden="true">
                {shop.count}
              </span>
            )}
          </span>
        )}
      </header>
      {menuBeside && <aside className="side start">{menu}</aside>}
      <Chat key={chat} id={chat} store={store} onStore={setStore} onCart={openCart} wish={wish} engineer={person?.role === "admin"} />
      {shopBeside && (
        <aside className="side end" aria-label={words.app.shop}>
          {panel}
        </aside>
      )}
      {drawer === "menu" && (
        <Sheet title={words.chats.title} side="start" onClose={() => setDrawer(null)}>
          {menu}
        </Sheet>
      )}
      {drawer === "shop" && (
        <Sheet title={words.app.shop} side="end" onClose={() => setDrawer(null)}>
          {panel}
        </Sheet>
      )}
    </div>
  );
}
