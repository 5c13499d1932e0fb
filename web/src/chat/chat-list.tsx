import { type ReactNode, useEffect, useState } from "react";

import { Icon } from "../ui/icons";
import { IconButton } from "../ui/icon-button";
import { Sheet } from "../ui/sheet";
import { useToast } from "../ui/toast";
import { listen, tell } from "../wire/news";
import { request } from "../wire/request";
import { refresh, useResource } from "../wire/resource";
import type { ChatSummary, Page } from "../wire/types";
import { useSpoken, useWords } from "../words/words";

const TYPING = 250;

type Props = { chat: string; onGo: (chat?: string) => void };

/** The own chats, the latest first, to be found, named and deleted. */
export function ChatList({ chat, onGo }: Props) {
  const words = useWords();
  const toast = useToast();
  const [search, setSearch] = useState("");
  const asked = useLater(search, TYPING);
  const path = `/v1/chats?limit=50${asked ? `&q=${encodeURIComponent(asked)}` : ""}`;
  const found = useResource<Page<ChatSummary>>(path).value?.items;
  const [renaming, setRenaming] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<ChatSummary | null>(null);
  useEffect(() => listen((news) => (news.about === "chats" || news.about === "person") && refresh("/v1/chats")), []);

  async function change(id: string, method: "PATCH" | "DELETE", body?: unknown) {
    try {
      await request(`/v1/chats/${encodeURIComponent(id)}`, { method, ...(body !== undefined && { body }) });
      if (method === "DELETE" && id === chat) onGo();
    } catch (error) {
      toast((error as Error).message);
    }
    tell({ about: "chats" });
  }

  const item = (one: ChatSummary) => (
    <li key={one.id} aria-current={one.id === chat ? "page" : undefined}>
      {renaming === one.id ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const title = (event.currentTarget.elements.namedItem("title") as HTMLInputElement).value.trim();
            setRenaming(null);
            if (title) void change(one.id, "PATCH", { title });
          }}
        >
          <input
            name="title"
            aria-label={words.chats.newTitle}
            defaultValue={one.title}
            maxLength={200}
            autoFocus
            onBlur={(event) => event.currentTarget.form?.requestSubmit()}
            onKeyDown={(event) => event.key === "Escape" && setRenaming(null)}
          />
        </form>
      ) : (
        <>
          <button type="button" className="chat-link" onClick={() => onGo(one.id)}>
            <span>{one.title || words.chats.untitled}</span>
            <When at={one.updated_at} />
          </button>
          <IconButton icon="edit" label={`${words.chats.rename}: ${one.title}`} onClick={() => setRenaming(one.id)} />
          <IconButton icon="trash" label={`${words.chats.delete}: ${one.title}`} onClick={() => setDeleting(one)} />
        </>
      )}
    </li>
  );

  return (
    <nav className="chat-list" aria-label={words.chats.title}>
      <button type="button" className="primary wide" onClick={() => onGo()}>
        <Icon name="plus" /> {words.chats.fresh}
      </button>
      <label className="search">
        <Icon name="search" />
        <span className="hidden">{words.chats.search}</span>
        <input type="search" value={search} placeholder={words.chats.search} onChange={(event) => setSearch(event.target.value)} />
      </label>
      {found?.length === 0 && <p className="soft">{asked ? words.chats.noneFound : words.chats.none}</p>}
      <ul>
        <Chats path={path} item={item} />
      </ul>
      {deleting && (
        <Sheet title={words.chats.deleteTitle} side="middle" onClose={() => setDeleting(null)}>
          <p>{words.chats.deleteText(deleting.title)}</p>
          <footer>
            <button type="button" onClick={() => setDeleting(null)}>
              {words.chats.cancel}
            </button>
            <button
              type="button"
              className="danger"
              onClick={() => {
                setDeleting(null);
                void change(deleting.id, "DELETE");
              }}
            >
              {words.chats.delete}
            </button>
          </footer>
        </Sheet>
      )}
    </nav>
  );
}

/** A page of them, and those that follow once they are asked for. */
function Chats({ path, cursor, item }: { path: string; cursor?: string; item: (one: ChatSummary) => ReactNode }) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const page = useResource<Page<ChatSummary>>(cursor ? `${path}&cursor=${encodeURIComponent(cursor)}` : path).value;
  return (
    <>
      {page?.items.map(item)}
      {page?.next &&
        (open ? (
          <Chats path={path} cursor={page.next} item={item} />
        ) : (
          <li className="older">
            <button type="button" className="plain" onClick={() => setOpen(true)}>
              {words.chats.older}
            </button>
          </li>
        ))}
    </>
  );
}

function When({ at }: { at: string }) {
  const { language } = useSpoken();
  const then = new Date(at);
  const today = then.toDateString() === new Date().toDateString();
  const told = today
    ? then.toLocaleTimeString(language, { timeStyle: "short" })
    : then.toLocaleDateString(language, { day: "numeric", month: "short" });
  return (
    <time className="soft" dateTime={at}>
      {told}
    </time>
  );
}

/** A value once it has stopped changing for some milliseconds. */
function useLater(value: string, after: number): string {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), after);
    return () => clearTimeout(timer);
  }, [value, after]);
  return later;
}
