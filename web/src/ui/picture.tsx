import { useState } from "react";

import { local } from "../wire/request";
import { Icon } from "./icons";

type Props = { url: string | null | undefined; alt: string; size: number };

/** A product's picture from our own origin, or a sign in its place. */
export function Picture({ url, alt, size }: Props) {
  const [broken, setBroken] = useState(false);
  const address = url ? local(url, "/images/") : "";
  return (
    <span className="picture">
      {address && !broken ? (
        <img src={address} alt={alt} width={size} height={size} loading="lazy" onError={() => setBroken(true)} />
      ) : (
        <Icon name="box" />
      )}
    </span>
  );
}
