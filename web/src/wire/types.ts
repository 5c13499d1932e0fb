/** What goes over the wire, as docs/protocol.md has it. Amounts are minor units of a currency. */

import type { UIMessage } from "ai";

export type Price = { amount: number; currency: string; text: string };
export type Picture = { url: string; alt: string };
export type Availability = "in_stock" | "low_stock" | "out_of_stock";
export type Obstacle = "not-for-sale" | "out-of-stock" | "too-few" | "too-many";

export type Card = {
  id: string;
  name: string;
  brand: string | null;
  price: Price;
  original_price: Price | null;
  stock: number;
  availability: Availability;
  rating: number | null;
  rating_count: number;
  image: Picture | null;
  url: string;
  category: string[];
  summary: string | null;
};

export type CartCardItem = {
  product_id: string;
  name: string;
  brand: string | null;
  quantity: number;
  price: Price;
  original_price: Price | null;
  price_when_added: Price | null;
  line_total: Price;
  stock: number;
  availability: Availability;
  for_sale: boolean;
  obstacle: Obstacle | null;
  image: Picture | null;
  url: string;
};

export type CartCard = { id: string; store_id: string; version: number; items: CartCardItem[]; total: Price };

export type SuggestedCart = {
  id: string;
  store_id: string;
  title: string;
  reason: string;
  score: number;
  items: CartCardItem[];
  total: Price;
};

export type Comparison = { products: Card[]; rows: { name: string; values: (string | null)[] }[] };

export type OrderCardItem = {
  item_id: string;
  product_id: string;
  name: string;
  options: Record<string, string | number>;
  quantity: number;
  returned: number;
  price: Price;
  url: string;
};

export type OrderCard = {
  id: string;
  order_number: string;
  status: string;
  placed_at: string;
  items: OrderCardItem[];
  subtotal: Price;
  tax: Price;
  tax_included: boolean;
  total: Price;
  ships_to: string | null;
  payment_method: string | null;
  payment_status: string;
  tracking_ids: string[];
  possible: string[];
};

export type ActionState = "pending" | "executed" | "rejected" | "expired" | "changed" | "failed";

export type Action = {
  id: string;
  tool: string;
  state: ActionState;
  summary: string;
  total: Price | null;
  card: { items?: { name?: string; quantity?: number }[]; ships_to?: string | null } | null;
  expires_at: string;
  replaces: string | null;
  changes: { fact: string; before: unknown; after: unknown }[] | null;
};

export type WishlistCard = {
  more: boolean;
  items: {
    product_id: string;
    name: string;
    brand: string | null;
    price: Price;
    original_price: Price | null;
    stock: number;
    availability: Availability;
    for_sale: boolean;
    image: Picture | null;
    url: string;
  }[];
};

export type Failure = { code: string; message: string; retry: boolean };

export type Data = {
  products: { products: Card[]; suitable: boolean };
  comparison: Comparison;
  cart: CartCard;
  order: OrderCard;
  "suggested-carts": { carts: SuggestedCart[] };
  action: Action;
  wishlist: WishlistCard;
  error: Failure;
};

export type Usage = {
  inputTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  cachedInputTokens: number;
  costMicros: number;
  estimated: boolean;
};

export type Metadata = {
  createdAt?: string;
  model?: string;
  state?: "finished" | "waiting" | "stopped" | "failed";
  finishReason?: string;
  usage?: Usage;
};

export type Message = UIMessage<Metadata, Data>;
export type Part = Message["parts"][number];

/** `branches`: for a message that is not alone in its place, all that stand there, oldest first. */
export type History = {
  id: string;
  title: string;
  messages: Message[];
  branches: Record<string, string[]>;
  feedback: Record<string, Vote>;
};

export type Vote = "up" | "down";

export type Page<Item> = { items: Item[]; next: string | null };

export type Store = { slug: string; name: string; description: string | null; currency: string };

export type ChatSummary = { id: string; title: string; store: string | null; updated_at: string };

export type CartItem = {
  id: string;
  product_id: string;
  name: string;
  brand: string | null;
  quantity: number;
  unit_price: number;
  price: number;
  list_price: number;
  discount_percent: number;
  line_total: number;
  stock: number;
  for_sale: boolean;
  obstacle: Obstacle | null;
  taken: number | null;
  left_out: Obstacle | null;
};

/** One change of an item, and what led to it. */
export type Change = {
  at: string;
  action: string;
  before: number | null;
  after: number | null;
  tool_call: { tool: string; chat_id: string; asked: string | null } | null;
  suggestion: { title: string } | null;
  found_by: { query: string } | null;
};

export type Outcome = "accepted" | "dismissed";

export type Cart = {
  id: string;
  store: string;
  currency: string;
  version: number;
  active: boolean;
  total: number;
  buyable: boolean;
  items: CartItem[];
  suggestion: { message_id: string; title: string; reason: string; score: number; outcome: Outcome | null } | null;
};

export type WishlistItem = {
  product_id: string;
  name: string;
  brand: string | null;
  price: number;
  list_price: number;
  currency: string;
  stock: number;
  availability: Availability;
  for_sale: boolean;
  image: string | null;
};

export type Order = {
  id: string;
  order_number: string;
  status: string;
  currency: string;
  total: number;
  payment_status: string;
  created_at: string;
  items: { id: string; name: string; quantity: number }[];
  fulfilments: { tracking_ids: string[] }[];
  possible: string[];
};

export type ProductImage = { id: string; url: string; alt_text: string | null; is_primary: boolean };

export type UsedOptions = {
  prompt: string;
  prompt_name: string;
  prompt_version: string;
  model: string;
} & Record<Option, number | null>;

export const OPTIONS = [
  "max_tokens",
  "temperature",
  "top_p",
  "frequency_penalty",
  "presence_penalty",
  "seed",
] as const;
export type Option = (typeof OPTIONS)[number];

export type Step = {
  step: number;
  model: string;
  finish_reason: string | null;
  started_at: string;
  first_token_seconds: number | null;
  seconds: number;
  input_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  cached_tokens: number;
  cost_micros: number;
  estimated: boolean;
};

export type Session = {
  id: string;
  current: boolean;
  started_at: string;
  last_seen_at: string;
  expires_at: string;
  context: Record<string, string>;
};

export type Person = {
  id: string;
  is_guest: boolean;
  email: string | null;
  name: string | null;
  role: "user" | "moderator" | "admin";
  has_password: boolean;
  provider: string | null;
};

export type Me = { person: Person | null; google: boolean };

export type SignedIn = { person: Person; merged: { chats: number; cart_items: unknown[] } | null };

export type Health = { status: string; model: string; offline: boolean };
