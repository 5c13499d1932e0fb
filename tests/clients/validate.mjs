// Usage: node validate.mjs < stream.sse, or: node validate.mjs URL
// Reads one UI message stream and prints, for each client version, which events its schema refuses:
// {"done": bool, "types": [...], "versions": {"7.0.173": {"events": 9, "refused": [{"index", "value", "error"}]}, ...}}
import { createRequire } from 'node:module';
import { buffer } from 'node:stream/consumers';
import * as ai7 from 'ai';
import * as ai6 from 'ai6';
import * as strict from 'ai7-strict';

const require = createRequire(import.meta.url);
const VERSIONS = { ai: ai7, ai6, 'ai7-strict': strict };

async function read(url) {
  if (url === undefined) return new Uint8Array(await buffer(process.stdin));
  const response = await fetch(url);
  return new Uint8Array(await response.arrayBuffer());
}

async function* events(bytes, { parseJsonEventStream, uiMessageChunkSchema }) {
  const stream = new Blob([bytes]).stream();
  yield* parseJsonEventStream({ stream, schema: uiMessageChunkSchema });
}

// A union's error lists every branch; the reader wants the one whose type is the event's.
function reason(error) {
  const branches = error.cause?.issues?.flatMap(issue => issue.errors ?? [[issue]]) ?? [];
  const own = branches.find(branch => branch.every(issue => issue.path[0] !== 'type'));
  if (!branches.length) return error.message;
  return own ? own.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ') : 'unknown type';
}

async function verdict(bytes, library) {
  const types = [];
  const refused = [];
  for await (const event of events(bytes, library)) {
    const value = event.rawValue ?? event.value;
    if (!event.success) refused.push({ index: types.length, value, error: reason(event.error) });
    types.push(value?.type ?? null);
  }
  return { types, refused };
}

const bytes = await read(process.argv[2]);
const report = { done: /^data: ?\[DONE\]\r?$/m.test(new TextDecoder().decode(bytes)), types: [], versions: {} };
for (const [name, library] of Object.entries(VERSIONS)) {
  const { types, refused } = await verdict(bytes, library);
  report.types = types;
  report.versions[require(`${name}/package.json`).version] = { events: types.length, refused };
}
process.stdout.write(JSON.stringify(report) + '\n');
