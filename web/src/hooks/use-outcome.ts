import { useEffect } from "react";

import { useToast } from "../ui/toast";
import { useWords } from "../words/words";

const NAME = "sign-in";

/** Says how a sign-in with Google came out, which the service writes into the address it sends back to. */
export function useOutcome(): void {
  const toast = useToast();
  const words = useWords();
  useEffect(() => {
    const address = new URL(location.href);
    const outcome = address.searchParams.get(NAME);
    if (outcome === null) return;
    address.searchParams.delete(NAME);
    history.replaceState(history.state, "", address);
    toast(words.people.outcomes[outcome] ?? words.people.outcomes["failed"] ?? "");
  }, [toast, words]);
}
