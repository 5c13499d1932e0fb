// Usage: node chat.mjs VERSION
// The real Chat of @ai-sdk/react behind one JSON command a line on stdin; one JSON reply a line on stdout, in order.
// Commands: {"do": NAME, "args": [...], "wait"?: bool}. With "wait": false the reply comes at once.
// The first is "open", {"api": URL, "id"?, "headers"?, "body"?, "messages"?, "automatic"?}; after "close" it may come again.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Http } from './http.mjs';

const LIBRARIES = {
  7: async () => [await import('ai'), await import('@ai-sdk/react')],
  6: async () => [await import('ai6'), await import('react6')],
  // Before 7.0.61: what it resumes goes on with the last message it has.
  '7.0.20': async () => {
    const ai = await import('ai7-strict');
    return [ai, { Chat: plain(ai.AbstractChat) }];
  },
};

// The Chat of a page without React.
function plain(AbstractChat) {
  return class extends AbstractChat {
    constructor({ messages = [], ...init }) {
      const state = {
        messages,
        status: 'ready',
        error: undefined,
        pushMessage(message) { this.messages = [...this.messages, message]; },
        popMessage() { this.messages = this.messages.slice(0, -1); },
        replaceMessage(index, message) { this.messages = this.messages.with(index, message); },
        snapshot: structuredClone,
      };
      super({ ...init, state });
    }
  };
}

const AUTOMATIC = {
  'tool-calls': 'lastAssistantMessageIsCompleteWithToolCalls',
  approvals: 'lastAssistantMessageIsCompleteWithApprovalResponses',
};

const [ai, react] = await LIBRARIES[process.argv[2]]();
let calls, http, chat, request;
let running = Promise.resolve();

const describe = error => error && { name: error.name, message: error.message, statusCode: error.statusCode };

function open({ api, automatic, messages, id, ...rest }) {
  const mine = [];
  const note = (hook, what) => mine.push({ hook, ...what });
  calls = mine;
  http = new Http(mine);
  request = rest;
  chat = new react.Chat({
    id,
    messages,
    transport: new ai.DefaultChatTransport({ api, fetch: http.fetch, ...request }),
    sendAutomaticallyWhen: automatic && ai[AUTOMATIC[automatic]],
    onData: part => note('onData', { part }),
    onToolCall: ({ toolCall }) => note('onToolCall', { toolCall }),
    onError: error => note('onError', { error: describe(error) }),
    onFinish: ({ message, messages, ...ends }) => note('onFinish', { messageId: message.id, ...ends }),
  });
}

// As when the page is left.
async function close() {
  await chat.stop();
  http.cut();
  await running;
}

function text() {
  const parts = chat.lastMessage?.role === 'assistant' ? chat.lastMessage.parts : [];
  return parts.filter(part => part.type === 'text').map(part => part.text).join('');
}

async function reach(reached) {
  while (!reached()) await sleep(2);
}

const COMMANDS = {
  open,
  close,
  sendMessage: (...args) => chat.sendMessage(...args),
  regenerate: (...args) => chat.regenerate(...args),
  resumeStream: () => chat.resumeStream(),
  addToolApprovalResponse: answer => chat.addToolApprovalResponse(answer),
  addToolOutput: output => chat.addToolOutput(output),
  clearError: () => chat.clearError(),
  stop: () => chat.stop(),
  cut: () => http.cut(),
  state: () => {},
  setMessages: messages => void (chat.messages = messages),
  history: async url => {
    const response = await http.fetch(url, { headers: request.headers });
    if (!response.ok) throw new Error(`history: ${response.status} ${await response.text()}`);
    chat.messages = (await response.json()).messages;
  },
  // The answer holds at least this many characters of text, or the stream is over.
  text: length => reach(() => text().length >= length || chat.status === 'error'),
  fetched: count => reach(() => calls.filter(call => call.hook === 'fetch').length >= count),
  // Nothing is streaming and no automatic send is about to.
  idle: async () => {
    await running;
    for (let quiet = 0; quiet < 3; quiet++) {
      await reach(() => ['ready', 'error'].includes(chat.status));
      await sleep(20);
      if (!['ready', 'error'].includes(chat.status)) quiet = -1;
    }
  },
};

async function perform({ do: name, args = [], wait = true }) {
  const work = Promise.resolve(COMMANDS[name](...args));
  if (wait) return work;
  const mine = calls;
  running = work.catch(error => mine.push({ hook: 'rejected', error: describe(error) }));
}

for await (const line of createInterface({ input: process.stdin })) {
  const rejected = await perform(JSON.parse(line)).then(() => undefined, describe);
  const { messages, status, error } = chat;
  process.stdout.write(JSON.stringify({ id: chat.id, messages, status, error: describe(error), rejected, calls }) + '\n');
}
process.exit(0);
