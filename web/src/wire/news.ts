/** What tabs of one browser tell each other, and parts of one page: that something has changed and is worth reading again. */

export type News = { about: "chats" } | { about: "carts" } | { about: "person" } | { about: "chat"; id: string };

const channel = new BroadcastChannel("cartwright");
const here = new EventTarget();

/** Tell this tab and all others. */
export function tell(news: News): void {
  here.dispatchEvent(new CustomEvent("news", { detail: news }));
  channel.postMessage(news);
}

/** Tell the other tabs only. */
export function tellOthers(news: News): void {
  channel.postMessage(news);
}

/** Listen until the function returned is called; `fromHere` says whether it was this tab. */
export function listen(heard: (news: News, fromHere: boolean) => void): () => void {
  const inner = (event: Event) => heard((event as CustomEvent<News>).detail, true);
  const outer = (event: MessageEvent<News>) => heard(event.data, false);
  here.addEventListener("news", inner);
  channel.addEventListener("message", outer);
  return () => {
    here.removeEventListener("news", inner);
    channel.removeEventListener("message", outer);
  };
}
