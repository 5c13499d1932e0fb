import { useCallback, useState } from "react";

import { keep, stored } from "./use-stored";

/** What is being written in a chat; it is there again after a reload. */
export function useDraft(chat: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => stored(`draft.${chat}`) ?? "");
  const set = useCallback(
    (next: string) => {
      setText(next);
      keep(`draft.${chat}`, next || null);
    },
    [chat],
  );
  return [text, set];
}
