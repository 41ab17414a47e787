/**
 * What a trusted proxy may say about a request, each header by name; whatever else it sends or passes on from a client counts as not sent.
 * The host name is the one in Host: a proxy has to pass it on.
 */
import type { FastifyInstance } from 'fastify';
import { forwardedAddresses } from '../core/network.ts';

/** The sender's address, and whether it used TLS. */
export const PROXY_HEADERS: readonly string[] = ['x-forwarded-for', 'x-forwarded-proto'];

const FORWARDING = /^(?:x-forwarded-|forwarded$)/;

class DuplicateHost extends Error {
  readonly statusCode = 400;
}

export function readProxyHeaders(app: FastifyInstance): void {
  // Before anything reads the address or the host.
  app.addHook('onRequest', async ({ raw: { headers } }) => {
    for (const name of Object.keys(headers)) {
      if (FORWARDING.test(name) && !PROXY_HEADERS.includes(name)) delete headers[name];
    }
    const forwarded = headers['x-forwarded-for'];
    // With a port, each connection would count as a source of its own.
    if (forwarded !== undefined)
      headers['x-forwarded-for'] = forwardedAddresses([forwarded].flat().join(',')).join(', ');
  });
}

/** RFC 9112 §3.2. Node.js keeps the first one; the proxy before us may have read the other. */
export function refuseTwoHosts(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw: { rawHeaders } }) => {
    const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
    if (hosts.length > 1) throw new DuplicateHost('more than one Host');
  });
}
