import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

const NEAR = 80;

/** Keeps the end of a growing list in view, as long as its reader has not scrolled away from it; an empty one begins at its top. */
export function useStickToEnd(
  list: RefObject<HTMLElement | null>,
  content: readonly unknown[],
): { away: boolean; toEnd: () => void } {
  const [away, setAway] = useState(false);
  const sticking = useRef(true);
  const empty = useRef(true);
  empty.current = content.length === 0;

  const toEnd = useCallback(() => {
    sticking.current = true;
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [list]);

  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const scrolled = () => {
      const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
      sticking.current = near || empty.current;
      setAway(!sticking.current);
    };
    element.addEventListener("scroll", scrolled, { passive: true });
    const resized = new ResizeObserver(() => sticking.current && !empty.current && toEnd());
    resized.observe(element);
    if (element.firstElementChild) resized.observe(element.firstElementChild);
    return () => {
      element.removeEventListener("scroll", scrolled);
      resized.disconnect();
    };
  }, [list, toEnd]);

  useEffect(() => {
    if (sticking.current && !empty.current) toEnd();
  }, [content, toEnd]);

  return { away, toEnd };
}
