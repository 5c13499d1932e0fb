import { useEffect, useState } from "react";
import { flushSync } from "react-dom";

import { personChanged, usePerson } from "../hooks/use-person";
import { Icon } from "../ui/icons";
import { Sheet } from "../ui/sheet";
import { listen } from "../wire/news";
import { useWords } from "../words/words";
import { Profile } from "./profile";
import { SignIn } from "./sign-in";

/** Who is signed in, and the way to the account. */
export function Account({ onGone }: { onGone: () => void }) {
  const words = useWords();
  const { person, google } = usePerson();
  const [open, setOpen] = useState(false);
  useEffect(
    () =>
      listen((news, fromHere) => {
        if (news.about === "person" && !fromHere) location.reload();
      }),
    [],
  );
  if (person === undefined) return null;
  const known = person && !person.is_guest ? person : null;
  function gone() {
    done();
    // What the chat shows is not for the next one at this screen.
    onGone();
  }
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
          {known ? <Profile person={known} onGone={gone} /> : <SignIn google={google} onSignedIn={done} />}
        </Sheet>
      )}
    </div>
  );
}
