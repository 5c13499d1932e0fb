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
  if (!known) return;
  const history = await fetch(`/api/chat/${encodeURIComponent(chat)}`);
  if (!history.ok) return;
  for (const message of (await history.json()).messages) show(message);
  list.scrollTop = list.scrollHeight;
  const live = await fetch(`/api/chat/${encodeURIComponent(chat)}/stream`);
  if (live.status === 200) await read(live);
}

begin();
