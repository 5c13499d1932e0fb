// The AI SDK UI message stream, read into messages. Only what this page shows is kept of a message.

/** Yields the JSON value of each event of a response whose body is server-sent events. */
async function* events(response) {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of response.body) {
    rest += decoder.decode(bytes, { stream: true });
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const data = block.split("\n").find((line) => line.startsWith("data: "))?.slice(6);
      if (data && data !== "[DONE]") yield JSON.parse(data);
    }
  }
}

/** Applies the stream of one answer to `message`, calling `changed` after each event. Throws when it breaks off. */
export async function follow(response, message, changed) {
  const open = new Map();
  let over = false;
  for await (const chunk of events(response)) {
    over ||= ["finish", "abort", "error"].includes(chunk.type);
    apply(chunk, message, open);
    changed();
  }
  if (!over) throw new Error("The connection was lost.");
}

function apply(chunk, message, open) {
  const add = (part, key) => {
    message.parts.push(part);
    if (key) open.set(key, part);
  };
  switch (chunk.type) {
    case "start":
      message.id = chunk.messageId;
      message.parts = [];
      break;
    case "text-start":
    case "reasoning-start":
      add({ type: chunk.type.slice(0, -6), text: "" }, chunk.id);
      break;
    case "text-delta":
    case "reasoning-delta":
      open.get(chunk.id).text += chunk.delta;
      break;
    case "tool-input-start":
      add({ type: `tool-${chunk.toolName}`, state: "input-streaming" }, chunk.toolCallId);
      break;
    case "tool-output-available":
      open.get(chunk.toolCallId).state = "output-available";
      break;
    case "tool-input-error":
    case "tool-output-error":
      Object.assign(open.get(chunk.toolCallId), { state: "output-error", errorText: chunk.errorText });
      break;
    case "source-url":
      add({ type: "source-url", url: chunk.url, title: chunk.title });
      break;
    default:
      if (chunk.type.startsWith("data-")) add({ type: chunk.type, id: chunk.id, data: chunk.data });
  }
}
