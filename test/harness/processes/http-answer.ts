/** The whole answer to a request of node:http or node:https. */
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { HttpAnswer } from '../documents/openapi-document.ts';

/** @throws what breaks the connection, also in the middle of the answer */
export async function answerOf(call: ClientRequest, body?: string | Uint8Array): Promise<HttpAnswer> {
  // What breaks the connection after the head of the answer breaks the reading of its body as well.
  call.on('error', () => {});
  const [response] = (await once(call.end(body), 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
}
