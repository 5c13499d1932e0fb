import { ActionCard } from "../shop/action-card";
import { CartNote } from "../shop/cart-note";
import { Comparison } from "../shop/comparison";
import { OrderCard } from "../shop/order-card";
import { ProductCards } from "../shop/product-card";
import { SuggestedCarts } from "../shop/suggested-carts";
import { WishlistRows } from "../shop/wishlist-view";
import { blocks, type CardPart, sources } from "../parts/blocks";
import { File } from "../parts/file";
import { Markdown } from "../parts/markdown";
import { Sources } from "../parts/sources";
import { Work } from "../parts/work";
import { ErrorNote } from "../ui/error-note";
import type { Message } from "../wire/types";
import { useWords } from "../words/words";

export type Doing = {
  onDecide: (action: string, verdict: "confirm" | "reject") => Promise<string | null>;
  onRetry: () => void;
  onWrite: (text: string) => void;
  onCart: () => void;
};

type Props = { message: Message; live: boolean; doing: Doing };

/** An answer, part by part. */
export function Answer({ message, live, doing }: Props) {
  const words = useWords();
  const shown = blocks(message.parts);
  const state = message.metadata?.state;
  return (
    <>
      {shown.map((block, at) => {
        const last = at === shown.length - 1;
        switch (block.kind) {
          case "work":
            return <Work key={block.key} parts={block.parts} live={live && last} />;
          case "browsed":
            return (
              <details key={block.key} className="browsed">
                <summary>{words.work.browsed(block.parts.reduce((sum, part) => sum + part.data.products.length, 0))}</summary>
                {block.parts.map((part, index) => (
                  <ProductCards key={index} products={part.data.products} suitable={part.data.suitable} />
                ))}
              </details>
            );
          case "part":
            return <One key={block.key} part={block.part} message={message} live={live} last={last} doing={doing} />;
        }
      })}
      <Sources sources={sources(message.parts)} />
      {!live && state === "stopped" && <p className="soft ending">{words.chat.stopped}</p>}
      {!live && message.metadata?.finishReason === "length" && <p className="soft ending">{words.chat.cutShort}</p>}
    </>
  );
}

type OneProps = Props & { part: CardPart; last: boolean };

function One({ part, message, live, last, doing }: OneProps) {
  switch (part.type) {
    case "text":
      return <Markdown text={part.text} streaming={live && last} />;
    case "file":
      return <File part={part} />;
    case "data-products":
      return <ProductCards products={part.data.products} suitable={part.data.suitable} />;
    case "data-comparison":
      return <Comparison compared={part.data} />;
    case "data-cart":
      return <CartNote cart={part.data} onOpen={doing.onCart} />;
    case "data-order":
      return <OrderCard order={part.data} />;
    case "data-suggested-carts":
      return <SuggestedCarts carts={part.data.carts} message={message.id} settled={!live} onChange={doing.onWrite} />;
    case "data-action":
      return <ActionCard action={part.data} settled={!live} onDecide={doing.onDecide} />;
    case "data-wishlist":
      return <WishlistRows list={part.data} />;
    case "data-error":
      return <ErrorNote text={part.data.message} onRetry={part.data.retry ? doing.onRetry : undefined} />;
  }
}
