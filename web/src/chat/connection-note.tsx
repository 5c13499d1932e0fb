import type { Connection } from "../hooks/use-live-chat";
import { useOnline } from "../hooks/use-online";
import { Icon } from "../ui/icons";
import { useWords } from "../words/words";

/** That the network is away, and that it is back. */
export function ConnectionNote({ connection }: { connection: Connection }) {
  const words = useWords();
  const online = useOnline();
  const shown = !online ? "offline" : connection;
  return (
    <div role="status">
      {shown !== "up" && (
        <div className="note" data-connection={shown}>
          <Icon name={shown === "caught-up" ? "check" : "alert"} />
          <p>{shown === "offline" ? words.chat.offlineNow : shown === "lost" ? words.chat.lost : words.chat.caughtUp}</p>
          {shown === "lost" && (
            <button type="button" onClick={() => window.dispatchEvent(new Event("cartwright:connect"))}>
              {words.chat.lostNow}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
