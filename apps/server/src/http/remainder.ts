/**
 * What no route answers, in the form of the edge it belongs to: addresses where nothing is, methods that an address does not support, and
 * requests that cannot be read. What cannot even be taken apart belongs to no edge, and gets a status without content.
 */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { inEnglish, text } from '@sower/texts/outcomes';
import { refuseAgent } from '../agents/endpoint.ts';
import { sendProblem } from '../api/problem.ts';
import { type Refused, refused } from '../core/outcome.ts';
import type { Reply } from '../web/reply.ts';
import type { Request } from '../web/request.ts';
import type { Routes } from '../web/routes.ts';
import type { HostNames } from './host-names.ts';

/** RFC 9457 for all but the two protocols that know no such documents. */
export function refuse(reply: Reply, status: number, refusal: Refused): Reply {
  const path = reply.request.url;
  if (path.startsWith('/mfa/')) return refuseAgent(reply, status, inEnglish(refusal.detail));
  if (path.startsWith('/ctkip'))
    return reply
      .code(status)
      .header('cache-control', 'no-store')
      .type('text/plain')
      .send(`${inEnglish(refusal.detail)}\n`);
  return sendProblem(reply, refusal);
}

/** An address that is not percent-encoded UTF-8, or has an endless part. */
export function unreadableAddress(_: Request, reply: Reply): void {
  refuse(reply, 400, refused('invalid-request', text('request.bad-address')));
}

/** RFC 9112 §3.2. Node.js keeps the first one; the proxy before us may have read the other. */
export function hasTwoHosts({ raw: { rawHeaders } }: Request): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') hosts += 1;
  return hosts > 1;
}

/** Where nothing is at all, and methods that an address does not support (RFC 9110 §15.5.6). */
export const notFound =
  (routes: Routes, hosts: HostNames) =>
  (request: Request, reply: Reply): void => {
    const here = routes.at(request.url).filter(({ pattern }) => !hosts.hides(request, pattern));
    const methods = here.map(({ method }) => method);
    if (methods.length === 0)
      return void refuse(reply, 404, refused('not-found', text('request.no-operation')));
    reply.header('allow', methods.join(', '));
    refuse(reply, 405, refused('method-not-allowed', text('request.method', { methods })));
  };

/** Anyone who does not read an answer is not waited for. */
const STATUS_MILLISECONDS = 2_000;

/** Requests that Node.js could not parse: the path may never have been read. */
export function onClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // Without TLS, which has not begun or has failed, there is no one to write to.
  const { secureConnecting = false } = socket as { secureConnecting?: boolean };
  if (error.code === 'ECONNRESET' || !socket.writable || secureConnecting) return void socket.destroy();
  setTimeout(() => socket.destroy(), STATUS_MILLISECONDS).unref();
  const status =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
    () => socket.destroy(),
  );
}

/** As large as the largest body of any operation. */
const MAX_OCTETS = 32 * 1024 * 1024;
/** Of a caller who may not call: what a stranger sends must not cost more than it takes to refuse it. */
const FEW_OCTETS = 1024 * 1024;
const MAX_MILLISECONDS = 10_000;
const STEP_MILLISECONDS = 100;

/**
 * Reads on, without keeping anything, where an answer is ready before its request has been read: a connection that is closed while octets
 * arrive is reset, and the client never sees the answer. Bounded, because it need not stop sending.
 */
export function readToTheEnd({ raw }: Request, reply: Reply): void {
  // A request that was injected has no connection.
  if (raw.complete || raw.socket.bytesRead === undefined) return;
  const { socket } = raw;
  const most = reply.statusCode === 401 || reply.statusCode === 403 ? FEW_OCTETS : MAX_OCTETS;
  const [from, until] = [socket.bytesRead, Date.now() + MAX_MILLISECONDS];
  const timer = setInterval(() => {
    if (!raw.complete && socket.bytesRead - from < most && Date.now() < until && !socket.destroyed) return;
    clearInterval(timer);
    if (!raw.complete) socket.destroy();
  }, STEP_MILLISECONDS);
  timer.unref();
}
