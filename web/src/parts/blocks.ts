/** An answer's parts as they are shown: work together, cards by themselves, sources at the end. */

import type { Part } from "../wire/types";

export type WorkPart = Extract<Part, { type: "reasoning" } | { type: `tool-${string}` }>;
export type SourcePart = Extract<Part, { type: "source-url" } | { type: "source-document" }>;
export type CardPart = Extract<Part, { type: `data-${string}` } | { type: "text" } | { type: "file" }>;

export type Block =
  | { kind: "work"; key: string; parts: WorkPart[] }
  | { kind: "part"; key: string; part: CardPart }
  | { kind: "browsed"; key: string; parts: Extract<Part, { type: "data-products" }>[] };

export function isTool(part: Part): part is Extract<Part, { type: `tool-${string}` }> {
  return part.type.startsWith("tool-");
}

export function isSource(part: Part): part is SourcePart {
  return part.type === "source-url" || part.type === "source-document";
}

/** Products that were only looked through on the way to suggested carts or a comparison are told apart. */
export function blocks(parts: Part[]): Block[] {
  const made: Block[] = [];
  const onTheWay = parts.some((part) => part.type === "data-suggested-carts");
  parts.forEach((part, at) => {
    const key = `${at}`;
    const before = made.at(-1);
    if (part.type === "reasoning" || isTool(part)) {
      if (before?.kind === "work") before.parts.push(part);
      else made.push({ kind: "work", key, parts: [part] });
    } else if (part.type === "data-products" && onTheWay) {
      const together = made.find((block) => block.kind === "browsed");
      if (together) together.parts.push(part);
      else made.push({ kind: "browsed", key, parts: [part] });
    } else if (part.type.startsWith("data-") || part.type === "text" || part.type === "file") {
      made.push({ kind: "part", key, part: part as CardPart });
    }
  });
  return onTheWay ? joined(made) : made;
}

/** Work that only cards looked through stand between is one piece of work. */
function joined(made: Block[]): Block[] {
  const out: Block[] = [];
  for (const block of made) {
    const work = out.findLast((one) => one.kind !== "browsed");
    if (block.kind === "work" && work?.kind === "work") work.parts.push(...block.parts);
    else out.push(block);
  }
  return out;
}

/** Each source once. */
export function sources(parts: Part[]): SourcePart[] {
  const found = new Map<string, SourcePart>();
  for (const part of parts) if (isSource(part)) found.set(part.sourceId, part);
  return [...found.values()];
}

/** The words of a message. */
export function text(parts: Part[]): string {
  return parts
    .flatMap((part) => (part.type === "text" ? [part.text] : []))
    .join("\n\n");
}
