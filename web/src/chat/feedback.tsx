import { useState } from "react";

import { IconButton } from "../ui/icon-button";
import { useToast } from "../ui/toast";
import { request } from "../wire/request";
import type { Vote } from "../wire/types";
import { useWords } from "../words/words";

/** Whether an answer was any good; a bad one may be told why. */
export function Feedback({ message, before }: { message: string; before: Vote | null }) {
  const words = useWords();
  const toast = useToast();
  const [given, setGiven] = useState(before);
  const [asking, setAsking] = useState(false);
  const path = `/v1/messages/${encodeURIComponent(message)}/feedback`;

  async function say(vote: Vote, comment?: string) {
    try {
      await request(path, { method: "PUT", body: { vote, ...(comment && { comment }) } });
      setGiven(vote);
      setAsking(vote === "down" && comment === undefined);
      if (vote === "up" || comment !== undefined) toast(words.message.thanks);
    } catch (error) {
      toast((error as Error).message);
    }
  }

  return (
    <>
      <IconButton
        icon="up"
        label={words.message.good}
        aria-pressed={given === "up"}
        filled={given === "up"}
        onClick={() => void say("up")}
      />
      <IconButton
        icon="down"
        label={words.message.bad}
        aria-pressed={given === "down"}
        filled={given === "down"}
        onClick={() => void say("down")}
      />
      {asking && (
        <form
          className="reason"
          onSubmit={(event) => {
            event.preventDefault();
            const field = event.currentTarget.elements.namedItem("reason") as HTMLInputElement;
            void say("down", field.value);
          }}
        >
          <input name="reason" aria-label={words.message.reason} placeholder={words.message.reason} maxLength={1000} />
          <button type="submit">{words.message.send}</button>
        </form>
      )}
    </>
  );
}
