import type { ButtonHTMLAttributes } from "react";

import { Icon, type IconName } from "./icons";

type Props = { icon: IconName; label: string; filled?: boolean } & ButtonHTMLAttributes<HTMLButtonElement>;

/** A button that is an icon; its name is read out and shown on hover. */
export function IconButton({ icon, label, filled, className = "", ...rest }: Props) {
  return (
    <button type="button" className={`icon-button ${className}`} aria-label={label} title={label} {...rest}>
      <Icon name={icon} filled={filled ?? false} />
    </button>
  );
}
