/** The page's icons: 24 by 24, drawn with lines, hidden from screen readers (their buttons have names). */

const PATHS = {
  cart: "M3 4h2.2l2.3 11.5h9.6L19.5 8H6.4M9 20h.01M16 20h.01",
  chats: "M4 5h16v11H9l-5 4V5z",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  send: "M12 19V5M6 11l6-6 6 6",
  stop: "M7 7h10v10H7z",
  clip: "M20 11.5l-8 8a5 5 0 01-7-7l8.5-8.5a3.4 3.4 0 014.8 4.8L9.8 17.3a1.7 1.7 0 01-2.4-2.4l7.4-7.4",
  search: "M10.5 17a6.5 6.5 0 100-13 6.5 6.5 0 000 13zM15.5 15.5L20 20",
  heart: "M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0112 7.3 4.3 4.3 0 0119.5 10c0 5.4-7.5 10-7.5 10z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  copy: "M9 9h10v11H9zM5 15V4h10",
  edit: "M4 20h4L19 9l-4-4L4 16v4z",
  again: "M19 12a7 7 0 11-2-5l2 2M19 4v5h-5",
  up: "M7 11v9H4v-9zM7 11l4-7c1.7 0 2.5 1 2.3 2.6L12.8 10H18c1.3 0 2 1 1.8 2.2l-1 6A2 2 0 0116.8 20H7",
  down: "M17 13V4h3v9zM17 13l-4 7c-1.7 0-2.5-1-2.3-2.600l.5-3.400H6c-1.3 0-2-1-1.8-2.200l1-6A2 2 0 017.2 4H17",
  left: "M14.5 6L9 12l5.5 6",
  right: "M9.5 6l5.5 6-5.5 6",
  below: "M12 5v14M6 13l6 6 6-6",
  columns: "M4 5h16v14H4zM12 5v14",
  gauge: "M5 19a9 9 0 1114 0M12 14l4-5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  box: "M4 8l8-4 8 4v8l-8 4-8-4V8zM4 8l8 4 8-4M12 12v8",
  person: "M12 12a4 4 0 100-8 4 4 0 000 8zM4.5 20c1-4 4-5.5 7.5-5.500s6.5 1.5 7.5 5.5",
  alert: "M12 8v5M12 16.500h.01M12 3l9.5 17h-19z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, filled = false }: { name: IconName; filled?: boolean }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" data-filled={filled || undefined}>
      <path d={PATHS[name]} />
    </svg>
  );
}
