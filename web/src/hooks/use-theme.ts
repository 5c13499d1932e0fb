import { useEffect } from "react";

import { useStored } from "./use-stored";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** Light or dark, as chosen or as the device has it. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, set] = useStored<Theme>("theme", "system");
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return [theme, set];
}
