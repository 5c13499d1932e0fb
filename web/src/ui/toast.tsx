/** Short notes at the edge of the page, read out to those who cannot see them. */

import { createContext, type ReactNode, useCallback, useContext, useState } from "react";

type Note = { id: number; text: string };
const SHOWN_FOR = 6_000;
let last = 0;

const Context = createContext<(text: string) => void>(() => {});

export function Toasting({ children }: { children: ReactNode }) {
  const [notes, setNotes] = useState<Note[]>([]);
  const toast = useCallback((text: string) => {
    const id = ++last;
    setNotes((before) => [...before.slice(-2), { id, text }]);
    setTimeout(() => setNotes((before) => before.filter((note) => note.id !== id)), SHOWN_FOR);
  }, []);
  return (
    <Context value={toast}>
      {children}
      <div className="toasts" role="status">
        {notes.map((note) => (
          <p key={note.id}>{note.text}</p>
        ))}
      </div>
    </Context>
  );
}

export function useToast(): (text: string) => void {
  return useContext(Context);
}
