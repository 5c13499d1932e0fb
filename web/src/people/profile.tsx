import { useState } from "react";

import { personChanged } from "../hooks/use-person";
import { useToast } from "../ui/toast";
import { request } from "../wire/request";
import { refresh, useResource } from "../wire/resource";
import type { Person, Session } from "../wire/types";
import { useSpoken, useWords } from "../words/words";
import { Field, Form } from "./form";

const SESSIONS = "/v1/auth/sessions";

type Props = { person: Person; onGone: () => void };

/** The account: where it is signed in, its password, its data, and its end. */
export function Profile({ person, onGone }: Props) {
  const words = useWords();
  const toast = useToast();
  const [open, setOpen] = useState<"password" | "remove" | null>(null);

  async function signOut() {
    await request("/v1/auth/sign-out", { method: "POST" });
    toast(words.people.signedOut);
    onGone();
  }

  return (
    <div className="people">
      <p>
        <strong>{person.name ?? person.email}</strong>
        {person.role !== "user" && <span className="badge">{words.people[person.role]}</span>}
        <br />
        <span className="soft">{person.email}</span>
      </p>
      <button type="button" onClick={() => void signOut()}>
        {words.people.signOut}
      </button>
      <Sessions />
      <details open={open === "password"} onToggle={(event) => event.currentTarget.open && setOpen("password")}>
        <summary>{words.people.changePassword}</summary>
        <Form
          send={words.people.changePassword}
          onSend={async (values) => {
            await request("/v1/auth/password", { method: "POST", body: values });
            toast(words.people.changed);
            personChanged();
          }}
        >
          {person.has_password && (
            <Field name="password" type="password" label={words.people.currentPassword} complete="current-password" />
          )}
          <Field name="new_password" type="password" label={words.people.newPassword} complete="new-password" />
        </Form>
      </details>
      <Email person={person} />
      <a href="/v1/auth/export" download="cartwright.json">
        {words.people.export}
      </a>
      <details open={open === "remove"} onToggle={(event) => event.currentTarget.open && setOpen("remove")}>
        <summary>{words.people.remove}</summary>
        <p className="soft">{words.people.removeText}</p>
        <Form
          send={words.people.remove}
          onSend={async (values) => {
            await request("/v1/auth/me", { method: "DELETE", body: values });
            toast(words.people.removed);
            onGone();
          }}
        >
          {person.has_password && (
            <Field name="password" type="password" label={words.people.password} complete="current-password" />
          )}
        </Form>
      </details>
    </div>
  );
}

/** Another address, once the code that was sent there is known. */
function Email({ person }: { person: Person }) {
  const words = useWords();
  const toast = useToast();
  const [sent, setSent] = useState<string | null>(null);
  return (
    <details>
      <summary>{words.people.changeEmail}</summary>
      {sent ? (
        <>
          <p>{words.people.codeSent(sent)}</p>
          <Form
            key="code"
            send={words.people.confirm}
            onSend={async (values) => {
              await request("/v1/auth/email/confirm", { method: "POST", body: values });
              toast(words.people.emailChanged);
              setSent(null);
              personChanged();
            }}
          >
            <Field name="code" label={words.people.code} complete="one-time-code" />
          </Form>
        </>
      ) : (
        <Form
          key="address"
          send={words.people.sendCode}
          onSend={async (values) => {
            await request("/v1/auth/email", { method: "POST", body: values });
            setSent(values.email ?? "");
          }}
        >
          <Field name="email" type="email" label={words.people.newEmail} complete="email" />
          {person.has_password && (
            <Field name="password" type="password" label={words.people.currentPassword} complete="current-password" />
          )}
        </Form>
      )}
    </details>
  );
}

function Sessions() {
  const { language, words } = useSpoken();
  const toast = useToast();
  const sessions = useResource<{ sessions: Session[] }>(SESSIONS).value?.sessions ?? [];

  async function end(path: string) {
    const told = await request<{ ended: number } | undefined>(path, { method: "DELETE" });
    toast(words.people.ended(told?.ended ?? 1));
    refresh(SESSIONS);
  }

  return (
    <section className="sessions">
      <h3>{words.people.sessions}</h3>
      <ul>
        {sessions.map((session) => (
          <li key={session.id}>
            <span>
              {session.current ? words.people.thisSession : words.people.devices[session.context.device ?? "other"]}
              <br />
              <span className="soft">
                {words.people.lastUsed(
                  new Date(session.last_seen_at).toLocaleString(language, {
                    dateStyle: "medium",
                    timeStyle: "short",
                  }),
                )}
              </span>
            </span>
            {!session.current && (
              <button type="button" onClick={() => void end(`${SESSIONS}/${session.id}`)}>
                {words.people.end}
              </button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <button type="button" onClick={() => void end(SESSIONS)}>
          {words.people.endOthers}
        </button>
      )}
    </section>
  );
}
