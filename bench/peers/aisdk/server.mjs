// The Vercel AI SDK as its docs wire it on plain Node: streamText, UI message stream out, nothing stored.
// Environment: PORT, MODEL_BASE_URL.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { convertToModelMessages, pipeUIMessageStreamToResponse, streamText, toUIMessageStream } from 'ai';

const provider = createOpenAICompatible({
  name: 'mock',
  baseURL: process.env.MODEL_BASE_URL,
  apiKey: 'x',
  includeUsage: true,
});

async function chat(request, response) {
  const { messages } = await json(request);
  const result = streamText({ model: provider('mock'), messages: await convertToModelMessages(messages) });
  await pipeUIMessageStreamToResponse({ response, stream: toUIMessageStream({ stream: result.stream }) });
}

createServer((request, response) => {
  if (request.method === 'POST') return chat(request, response);
  response.end('ok');
}).listen(Number(process.env.PORT), '127.0.0.1');
