import { useState } from "react";

import { useToast } from "../ui/toast";
import { request } from "../wire/request";
import type { SignedIn } from "../wire/types";
import { useWords } from "../words/words";
import { Field, Form } from "./form";

type Step = "in" | "up" | "up-code" | "reset" | "reset-code";

/** Signing in and up, and a new password for one that was forgotten. */
export function SignIn({ google, onSignedIn }: { google: boolean; onSignedIn: () => void }) {
  const words = useWords();
  const toast = useToast();
  const [step, setStep] = useState<Step>("in");
  const [email, setEmail] = useState("");

  async function signedIn(path: string, body: object) {
    const told = await request<SignedIn>(path, { method: "POST", body });
    toast(words.people.hello(told.person.name ?? told.person.email ?? ""));
    if (told.merged) toast(words.people.merged(told.merged.cart_items.length, told.merged.chats));
    onSignedIn();
  }

  async function codeTo(address: string, path: string, body: object, next: Step) {
    await request(path, { method: "POST", body });
    setEmail(address);
    setStep(next);
  }

  const back = (
    <button type="button" className="plain" onClick={() => setStep("in")}>
      {words.people.back}
    </button>
  );

  switch (step) {
    case "in":
      return (
        <div className="people">
          <p className="soft">{words.people.guestLead}</p>
          {google && (
            <a className="button wide" href="/v1/auth/google">
              {words.people.google}
            </a>
          )}
          <Form key={step} send={words.people.signIn} onSend={(values) => signedIn("/v1/auth/sign-in", values)}>
            <Field name="email" type="email" label={words.people.email} complete="username" />
            <Field name="password" type="password" label={words.people.password} complete="current-password" />
          </Form>
          <div className="ways">
            <button type="button" className="plain" onClick={() => setStep("reset")}>
              {words.people.forgotten}
            </button>
            <button type="button" onClick={() => setStep("up")}>
              {words.people.signUp}
            </button>
          </div>
        </div>
      );
    case "up":
      return (
        <div className="people">
          <Form
            key={step}
            send={words.people.signUp}
            onSend={({ email = "", password, name }) =>
              codeTo(email, "/v1/auth/sign-up", { email, password, ...(name && { name }) }, "up-code")
            }
          >
            <Field name="email" type="email" label={words.people.email} complete="username" />
            <Field name="password" type="password" label={words.people.password} complete="new-password" />
            <Field name="name" label={words.people.name} complete="name" required={false} />
          </Form>
          {back}
        </div>
      );
    case "up-code":
      return (
        <div className="people">
          <p>{words.people.codeSent(email)}</p>
          <Form key={step} send={words.people.confirm} onSend={(values) => signedIn("/v1/auth/sign-up/confirm", values)}>
            <Field name="code" label={words.people.code} complete="one-time-code" />
          </Form>
          {back}
        </div>
      );
    case "reset":
      return (
        <div className="people">
          <Form
            key={step}
            send={words.people.sendCode}
            onSend={({ email = "" }) => codeTo(email, "/v1/auth/password/reset", { email }, "reset-code")}
          >
            <Field name="email" type="email" label={words.people.email} complete="username" />
          </Form>
          {back}
        </div>
      );
    case "reset-code":
      return (
        <div className="people">
          <p>{words.people.codeSent(email)}</p>
          <Form
            key={step}
            send={words.people.reset}
            onSend={(values) => signedIn("/v1/auth/password/reset/confirm", { email, ...values })}
          >
            <Field name="code" label={words.people.code} complete="one-time-code" />
            <Field name="password" type="password" label={words.people.newPassword} complete="new-password" />
          </Form>
          {back}
        </div>
      );
  }
}
