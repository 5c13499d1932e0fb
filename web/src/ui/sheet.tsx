import { type ReactNode, useEffect, useId, useRef } from "react";

import { useWords } from "../words/words";
import { IconButton } from "./icon-button";

type Props = { title: string; side: "start" | "end" | "middle"; wide?: boolean; onClose: () => void; children: ReactNode };

/** Something in front of the page, from one of its sides or in the middle. Escape, the cross and a click beside it close it. */
export function Sheet({ title, side, wide = false, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const words = useWords();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`sheet ${side}`}
      data-wide={wide || undefined}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div className="sheet-body">
        <header>
          <h2 id={heading}>{title}</h2>
          <IconButton icon="close" label={words.app.close} onClick={() => dialog.current?.close()} />
        </header>
        {children}
      </div>
    </dialog>
  );
}
