import { tellOthers } from "../wire/news";
import { refresh, useResource } from "../wire/resource";
import type { Me, Person } from "../wire/types";

/** Who is asking; null for nobody yet, undefined while that is not known. */
export function usePerson(): { person: Person | null | undefined; google: boolean } {
  const me = useResource<Me>("/v1/auth/me").value;
  return { person: me?.person, google: me?.google ?? false };
}

/** Somebody has signed in or out: what was read was another person's. */
export function personChanged(): void {
  refresh("/v1/");
  tellOthers({ about: "person" });
}
