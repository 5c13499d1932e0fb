import { useEffect, useState } from "react";
import { flushSync } from "react-dom";

import { personChanged, usePerson } from "../hooks/use-person";
import { Icon } from "../ui/icons";
import { Sheet } from "../ui/sheet";
import { listen } from "../wire/news";
import { refresh } from "../wire/resource";
import { useWords } from "../words/words";
import { Profile } from "./profile";
import { SignIn } from "./sign-in";

/** Who is signed in, and the way to the account. */
export function Account() {
  const words = useWords();
  const { person, google } = usePerson();
  const [open, setOpen] = useState(false);
  useEffect(
    () => listen((news, fromHere) => news.about === "person" && !fromHere && refresh("/v1/")),
    [],
  );
  if (person === undefined) return null;
  const known = person && !person.is_guest ? person : null;
  function done() {
    // The sheet goes first: what it shows is not another person's to read.
    flushSync(() => setOpen(false));
    personChanged();
  }
  return (
    <div className="account">
      <button type="button" className="wide" onClick={() => setOpen(true)}>
        <Icon name="person" /> <span>{known ? (known.name ?? known.email) : words.people.signIn}</span>
      </button>
      {open && (
        <Sheet title={known ? words.people.account : words.people.signIn} side="middle" onClose={() => setOpen(false)}>
          {known ? <Profile person={known} onGone={done} /> : <SignIn google={google} onSignedIn={done} />}
        </Sheet>
      )}
    </div>
  );
}
