// Parts of a message as elements. Text is set as text: nothing from a catalogue or a model is ever read as markup.

const DOING = {
  search_products: "Searching the catalogue",
  get_product: "Looking at a product",
  compare_products: "Comparing",
  view_cart: "Looking into your cart",
  update_cart: "Changing your cart",
  suggest_carts: "Putting carts together",
  accept_cart: "Filling your cart",
  search_policies: "Reading the shop's policies",
};

export function element(name, className = "", ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export function message(shown) {
  if (shown.role === "user") {
    return shown.parts.filter((part) => part.type === "text").map((part) => element("p", "", part.text));
  }
  const sources = shown.parts.filter((part) => part.type === "source-url");
  const latest = new Map(shown.parts.filter((part) => part.id).map((part) => [part.type + part.id, part]));
  const drawn = shown.parts
    .filter((part) => !part.id || latest.get(part.type + part.id) === part)
    .flatMap((part) => draw(part));
  if (sources.length && shown.parts.at(-1)?.type !== "source-url") drawn.push(cited(sources));
  return drawn.length ? drawn : [element("p", "tool", "…")];
}

function draw(part) {
  if (part.type === "text") return [markdown(part.text)];
  if (part.type === "reasoning") return [element("details", "", element("summary", "", "Thoughts"), part.text)];
  if (part.type === "data-products") return [element("div", "cards", ...part.data.products.map(card))];
  if (part.type === "data-suggested-carts") return [element("div", "carts", ...part.data.carts.map(suggested))];
  if (part.type === "data-action") return [action(part.data)];
  if (part.type === "data-error") return [element("p", "error", part.data.message)];
  if (part.type.startsWith("tool-")) return [tool(part)];
  return [];
}

function tool(part) {
  const doing = DOING[part.type.slice(5)] ?? part.type.slice(5);
  if (part.state === "output-error") return element("p", "tool", `${doing}: ${part.errorText}`);
  if (part.state === "output-denied") return element("p", "tool", `${doing}: not confirmed`);
  return element("p", "tool", part.state === "output-available" ? doing : `${doing} …`);
}

function card(product) {
  const price = element("span", "price", product.price.text);
  if (product.original_price) price.append(element("s", "", product.original_price.text));
  const made = element("a", "card");
  made.href = local(product.url);
  if (product.image) {
    const picture = element("img");
    picture.src = local(product.image.url);
    picture.alt = product.image.alt;
    picture.loading = "lazy";
    made.append(picture);
  }
  const rating = product.rating ? `★ ${product.rating} · ` : "";
  const stock = product.stock > 0 ? `${product.stock} in stock` : "Sold out";
  made.append(element("span", "", product.name), price, element("span", "", rating + stock));
  return made;
}

function cited(sources) {
  const links = sources.slice(0, 6).map((source) => {
    const link = element("a", "", source.title ?? source.url);
    link.href = local(source.url);
    return link;
  });
  const line = element("p", "sources", "Sources: ");
  links.forEach((link, place) => line.append(place ? ", " : "", link));
  return line;
}

const BECAME = {
  executed: "Confirmed and done.",
  rejected: "Declined. Nothing has happened.",
  expired: "Not confirmed in time. Nothing has happened.",
  changed: "Something changed. Nothing has happened; you are asked again.",
  failed: "The shop could not do this. Nothing has happened.",
};

function action(content) {
  const total = content.total ? [element("p", "total", element("span", "", "Total"), element("span", "", content.total.text))] : [];
  const made = element("section", "action", element("p", "", content.summary), ...total);
  if (content.state !== "pending") made.append(element("p", "tool", BECAME[content.state]));
  else for (const [decision, label] of [["confirm", "Confirm"], ["reject", "No"]]) {
    const button = element("button", "", label);
    Object.assign(button.dataset, { decision, action: content.id });
    made.append(button);
  }
  return made;
}

function suggested(content) {
  const take = element("button", "", "Take this cart");
  take.dataset.accept = content.id;
  return element("section", "", element("h3", "", content.title), element("p", "", content.reason), cart(content), take);
}

export function cart(content) {
  if (!content.items.length) return element("p", "", "Nothing in it yet.");
  const items = content.items.map((item) =>
    element("li", "", element("span", "", `${item.quantity} × ${item.name}`), element("span", "", item.line_total.text)),
  );
  const total = element("p", "total", element("span", "", "Total"), element("span", "", content.total.text));
  return element("div", "", element("ul", "", ...items), total);
}

/** Only links to this service are followed; others lead nowhere. */
function local(url) {
  const parsed = new URL(url, location.href);
  return parsed.origin === location.origin ? parsed.pathname + parsed.search : "#";
}

/** Paragraphs, lists and bold: the little Markdown that answers are written in. */
function markdown(text) {
  const out = element("div");
  let items = null;
  for (const line of text.split("\n")) {
    const bullet = line.match(/^\s*(?:[-*]|\d+\.)\s+(.*)$/);
    if (bullet) {
      if (!items) out.append((items = element(/^\s*\d/.test(line) ? "ol" : "ul")));
      items.append(element("li", "", ...bold(bullet[1])));
    } else {
      items = null;
      if (line.trim()) out.append(element("p", "", ...bold(line)));
    }
  }
  return out;
}

function bold(line) {
  return line.split(/\*\*(.+?)\*\*/).map((piece, place) => {
    const plain = piece.replace(/\\([\\`*_{}[\]()#+.!|<>~&-])/g, "$1");
    return place % 2 ? element("strong", "", plain) : plain;
  });
}
