import { follow } from "./stream.js";
import { element, message as drawMessage, cart as drawCart } from "./draw.js";

const list = document.querySelector("#messages");
const form = document.querySelector("#composer");
const words = document.querySelector("#words");
const basket = document.querySelector("#cart-items");

const store = document.querySelector("#store");

const known = localStorage.getItem("chat");
let chat = known ?? fresh();

function fresh() {
  const id = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  localStorage.setItem("chat", id);
  return id;
}

function show(message) {
  const item = element("li", message.role);
  list.append(item);
  const draw = () => {
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
    item.replaceChildren(...drawMessage(message));
    const cart = message.parts.findLast((part) => part.type === "data-cart");
    if (cart) basket.replaceChildren(drawCart(cart.data));
    if (atEnd) list.scrollTop = list.scrollHeight;
  };
  draw();
  return draw;
}

async function read(response) {
  const answer = { role: "assistant", parts: [] };
  const draw = show(answer);
  try {
    await follow(response, answer, draw);
  } catch (error) {
    answer.parts.push({ type: "data-error", data: { message: `${error.message} Reload the page to go on.` } });
    draw();
  }
}

async function ask(text) {
  const question = { id: `u${Date.now()}`, role: "user", parts: [{ type: "text", text }] };
  show(question);
  list.scrollTop = list.scrollHeight;
  form.querySelector("button").disabled = true;
  try {
    const response = await fetch("/api/chat", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        id: chat,
        message: question,
        trigger: "submit-message",
        ...(store.value && { store: store.value }),
      }),
    });
    if (response.ok) await read(response);
    else throw new Error((await response.json()).detail);
  } catch (error) {
    show({ role: "assistant", parts: [{ type: "data-error", data: { message: error.message } }] });
  } finally {
    form.querySelector("button").disabled = false;
    words.focus();
  }
}

/** A suggested cart is taken over; what could not be taken is said beside the button. */
list.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-accept]");
  if (!button) return;
  button.disabled = true;
  const response = await fetch(`/v1/carts/${button.dataset.accept}/accept`, { method: "POST" });
  const told = await response.json();
  if (!response.ok) {
    button.after(element("p", "error", told.detail));
    return;
  }
  const left = told.suggestion.items.filter((item) => item.taken < item.quantity);
  button.replaceWith(
    element("p", "tool", "It is in your cart."),
    ...left.map((item) => element("p", "error", `${item.taken} of ${item.quantity} × ${item.name} could be taken.`)),
  );
  basket.replaceChildren(drawCart(shown(told.cart)));
});

/** A yes or a no; the answer that asked goes on, so the chat is shown anew and followed. */
list.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-decision]");
  if (!button) return;
  for (const each of button.parentElement.querySelectorAll("button")) each.disabled = true;
  const headers = { "content-type": "application/json", "idempotency-key": `${Date.now()}-${Math.random()}` };
  const path = `/v1/actions/${button.dataset.action}/${button.dataset.decision}`;
  const response = await fetch(path, { method: "POST", headers, body: "{}" });
  if (response.status === 503) button.after(element("p", "error", "The shop is busy. Reload the page and try again."));
  else await reload();
});

/** A cart as the REST endpoints tell it, in the shape of a data part. */
function shown(cart) {
  const money = new Intl.NumberFormat(navigator.language, { style: "currency", currency: cart.currency });
  const text = (amount) => ({ text: money.format(amount / 10 ** money.resolvedOptions().maximumFractionDigits) });
  return { items: cart.items.map((item) => ({ ...item, line_total: text(item.line_total) })), total: text(cart.total) };
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = words.value.trim();
  if (!text || form.querySelector("button").disabled) return;
  words.value = "";
  ask(text);
});

function start() {
  chat = fresh();
  list.replaceChildren();
  basket.replaceChildren(drawCart({ items: [] }));
  words.focus();
}

document.querySelector("#new").addEventListener("click", start);

store.addEventListener("change", () => {
  localStorage.setItem("store", store.value);
  start();
});

async function begin() {
  const health = await (await fetch("/healthz")).json();
  document.querySelector("#model").textContent = health.offline
    ? "Offline model: a shopkeeper made of rules answers, no language model is configured."
    : `Answers by ${health.model}`;
  const { stores } = await (await fetch("/v1/stores")).json();
  for (const { slug, name } of stores) store.append(new Option(name, slug));
  store.value = localStorage.getItem("store") ?? stores[0]?.slug ?? "";
  if (known) await reload();
}

async function reload() {
  const history = await fetch(`/api/chat/${encodeURIComponent(chat)}`);
  if (!history.ok) return;
  list.replaceChildren();
  for (const message of (await history.json()).messages) show(message);
  list.scrollTop = list.scrollHeight;
  const live = await fetch(`/api/chat/${encodeURIComponent(chat)}/stream`);
  if (live.status === 200) await read(live);
}

begin();
