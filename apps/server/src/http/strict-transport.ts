/**
 * HTTP Strict Transport Security (RFC 6797), in one place for every answer: pages, API, CT-KIP, agents, errors.
 *
 * Browsers apply it to a host name and all its ports, so it is never sent for localhost: programs on other ports there would be cut off.
 * Browsers ignore it for IP addresses.
 */
import { isIP } from 'node:net';
import type { Reply } from '../web/reply.ts';
import type { Request } from '../web/request.ts';

const YEAR_SECONDS = 31_536_000;

/** Whether it is a DNS name other than localhost and the names below it (RFC 6761 §6.3). */
export function isDnsName(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  return name !== '' && isIP(name) === 0 && name !== 'localhost' && !name.endsWith('.localhost');
}

/** If a trusted proxy terminates TLS, its X-Forwarded-Proto says whether the answer is sent over HTTPS (RFC 6797 §7.2). */
export function strictTransport(publicUrl: string): (request: Request, reply: Reply) => void {
  if (!isDnsName(new URL(publicUrl).hostname)) return () => {};
  return (request, reply) => {
    if (request.protocol === 'https' && isDnsName(request.hostname))
      reply.header('strict-transport-security', `max-age=${YEAR_SECONDS}`);
  };
}
