/** The language the page speaks: chosen, else the browser's, else English. */

import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";

import { useStored } from "../hooks/use-stored";
import { de } from "./de";
import { en, type Words } from "./en";

export const LANGUAGES = { en, de } satisfies Record<string, Words>;
export type Language = keyof typeof LANGUAGES;

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

type Spoken = { language: Language; words: Words; choose: (language: Language) => void };

const Context = createContext<Spoken>({ language: "en", words: en, choose: () => {} });

function fitting(): Language {
  const wanted = navigator.languages.map((tag) => tag.split("-")[0] ?? "");
  return (wanted.find((tag) => tag in LANGUAGES) as Language | undefined) ?? "en";
}

export function Speaking({ children }: { children: ReactNode }) {
  const [chosen, choose] = useStored<Language | null>("language", null);
  const language = chosen !== null && chosen in LANGUAGES ? chosen : fitting();
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
  }, [language]);
  const spoken = useMemo(() => ({ language, words: LANGUAGES[language], choose }), [language, choose]);
  return <Context value={spoken}>{children}</Context>;
}

export function useSpoken(): Spoken {
  return useContext(Context);
}

export function useWords(): Words {
  return useContext(Context).words;
}

/** Writes millionths of a US dollar. */
export function useCost(): (micros: number) => string {
  const { language } = useSpoken();
  return useMemo(() => {
    const format = new Intl.NumberFormat(language, { style: "currency", currency: "USD", maximumFractionDigits: 6 });
    return (micros) => format.format(micros / 1_000_000);
  }, [language]);
}

/** Writes minor units of a currency for people. */
export function useMoney(): (amount: number, currency: string) => string {
  const { language } = useSpoken();
  return useMemo(
    () => (amount, currency) => {
      const format = new Intl.NumberFormat(language, { style: "currency", currency });
      return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
    },
    [language],
  );
}
