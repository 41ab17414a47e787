/**
 * One HTTP request at a time, as strict as a client of secrets must be: no redirect is followed, answers are limited, and a
 * certificate is verified or is the very one the user named. What a status means is the caller's.
 */

import {
  type ClientRequestArgs,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { checkServerIdentity, connect, getCACertificates, type PeerCertificate } from 'node:tls';
import { hostNameOf } from '@sower/api/host-name';
import { fail, type Result, success } from './outcome.ts';
import { type CliMessage, t } from './texts.ts';

export type Trust = {
  /** PEM of the only authorities to trust; the platform's and Node's when absent. */
  readonly ca?: string;
  /** The name the certificate must be for, when it is not the URL's host. */
  readonly serverName?: string;
  /** SHA-256 fingerprint (64 hex digits) of the one certificate to accept, regardless of who signed it and whatever it says. */
  readonly fingerprint?: string;
};

export type Limits = { readonly timeoutMs: number; readonly maxBytes: number };

type HttpReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

export type HttpRequest = {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Overrides the client's limit. */
  readonly timeoutMs?: number;
};

export type HttpClient = {
  send(request: HttpRequest): Promise<Result<HttpReply>>;
  /** Ends the kept connections, so that the process can end. */
  close(): void;
};

export function httpClient(trust: Trust, limits: Limits): HttpClient {
  const plain = new HttpAgent({ keepAlive: true });
  let secure: HttpsAgent | undefined;
  return {
    send: async (request) => {
      const https = request.url.protocol === 'https:';
      if (https) secure ??= httpsAgent(trust);
      const within = { ...limits, timeoutMs: request.timeoutMs ?? limits.timeoutMs };
      try {
        return success(await exchange(request, (https ? secure : plain) as HttpAgent, within));
      } catch (error) {
        return failureOf(error as NodeJS.ErrnoException, request.url, trust, within);
      }
    },
    close: () => {
      plain.destroy();
      secure?.destroy();
    },
  };
}

class LimitExceeded extends Error {
  readonly code: 'TOO_LARGE' | 'TOO_SLOW';
  constructor(code: 'TOO_LARGE' | 'TOO_SLOW') {
    super(code);
    this.code = code;
  }
}

function exchange(request: HttpRequest, agent: HttpAgent, limits: Limits): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const start = request.url.protocol === 'https:' ? httpsRequest : httpRequest;
    const body = request.body === undefined ? undefined : Buffer.from(request.body as string);
    const outgoing = start(
      request.url,
      {
        agent,
        method: request.method,
        headers: {
          ...request.headers,
          ...(body === undefined ? {} : { 'content-length': String(body.length) }),
        },
      },
      (incoming) =>
        collect(incoming, limits.maxBytes)
          .then(resolve, reject)
          .finally(() => clearTimeout(timer)),
    );
    // For the whole exchange: a server that answers drop by drop is as bad as one that is silent.
    const timer = setTimeout(() => outgoing.destroy(new LimitExceeded('TOO_SLOW')), limits.timeoutMs);
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end(body);
  });
}

async function collect(incoming: IncomingMessage, maxBytes: number): Promise<HttpReply> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    length += chunk.length;
    if (length > maxBytes) {
      incoming.destroy();
      throw new LimitExceeded('TOO_LARGE');
    }
    chunks.push(chunk);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value);
  return { status: incoming.statusCode ?? 0, headers, body: Buffer.concat(chunks) };
}

function httpsAgent(trust: Trust): HttpsAgent {
  if (trust.fingerprint !== undefined) return pinnedAgent(trust.fingerprint);
  const name = trust.serverName;
  return new HttpsAgent({
    keepAlive: true,
    minVersion: 'TLSv1.2',
    ca: trust.ca ?? [...getCACertificates('default'), ...getCACertificates('system')],
    // Whatever was named is trusted, even if it is the certificate of the server itself, without its authority.
    ...(trust.ca === undefined ? {} : { allowPartialTrustChain: true }),
    // A server name in the handshake may not be an address (RFC 6066 §3); the certificate is still checked for it.
    ...(name === undefined
      ? {}
      : {
          servername: isIP(name) === 0 ? name : '',
          checkServerIdentity: (_: string, certificate: PeerCertificate) =>
            checkServerIdentity(name, certificate),
        }),
  });
}

/**
 * Hands a connection over only when the server has shown the one certificate: nothing has been sent on it before. The name and the
 * signatures are not looked at, because the user has vouched for this certificate itself.
 */
function pinnedAgent(fingerprint: string): HttpsAgent {
  const agent = new HttpsAgent({ keepAlive: true });
  agent.createConnection = (
    options: ClientRequestArgs & { servername?: string },
    done?: (error: Error | null, socket: Duplex) => void,
  ) => {
    const socket = connect({
      host: options.host ?? '',
      port: Number(options.port),
      servername: options.servername ?? '',
      minVersion: 'TLSv1.2',
      rejectUnauthorized: false,
    });
    const early = (error: Error) => done?.(error, socket);
    socket.once('error', early);
    socket.once('secureConnect', () => {
      socket.off('error', early);
      if (hex(socket.getPeerCertificate().fingerprint256) === fingerprint) {
        done?.(null, socket);
      } else {
        socket.on('error', () => {});
        socket.destroy();
        const code = 'NOT_THE_ACCEPTED_CERTIFICATE';
        done?.(Object.assign(new Error('another certificate'), { code }), socket);
      }
    });
    return undefined;
  };
  return agent;
}

/** Codes of OpenSSL's verification, as Node names them, and of Node's own checks. */
const CERTIFICATE_ERROR =
  /^(UNABLE_TO_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME|ERROR_IN_CERT|CRL_|EE_KEY_TOO_SMALL|CA_KEY_TOO_SMALL|NOT_THE_ACCEPTED)/;

async function failureOf(error: NodeJS.ErrnoException, url: URL, trust: Trust, limits: Limits) {
  const code = error.code ?? '';
  const host = url.host;
  if (CERTIFICATE_ERROR.test(code)) {
    const fingerprint = await fingerprintOf(url, limits.timeoutMs);
    const why: CliMessage =
      code === 'ERR_TLS_CERT_ALTNAME_INVALID'
        ? { code: 'http.certificate.name', values: { name: trust.serverName ?? url.hostname } }
        : (CERTIFICATE_MISTAKES[code] ?? { code: 'http.certificate.unknown' });
    return fail('untrusted', 'untrusted-certificate', t('http.untrusted', { host, why }), {
      details: { host, cause: code, ...(fingerprint === undefined ? {} : { fingerprint }) },
    });
  }
  const { timeoutMs, maxBytes } = limits;
  const why: CliMessage | string =
    code === 'TOO_SLOW'
      ? { code: 'http.why.slow', values: { seconds: timeoutMs / 1000 } }
      : code === 'TOO_LARGE'
        ? { code: 'http.why.large', values: { kib: Math.floor(maxBytes / 1024) } }
        : (NO_REPLY[code] ?? (code || error.message));
  return fail(
    'unreachable',
    code === 'TOO_LARGE' ? 'answer-too-large' : 'unreachable',
    t('http.unreachable', { host, why }),
    { details: { host, cause: code } },
  );
}

const CERTIFICATE_MISTAKES: Readonly<Record<string, CliMessage>> = {
  NOT_THE_ACCEPTED_CERTIFICATE: { code: 'http.certificate.another' },
  CERT_HAS_EXPIRED: { code: 'http.certificate.expired' },
  CERT_NOT_YET_VALID: { code: 'http.certificate.early' },
};

const NO_REPLY: Readonly<Record<string, CliMessage>> = {
  ECONNREFUSED: { code: 'http.why.refused' },
  ENOTFOUND: { code: 'http.why.no-host' },
  EAI_AGAIN: { code: 'http.why.unresolved' },
  ECONNRESET: { code: 'http.why.closed' },
  EHOSTUNREACH: { code: 'http.why.no-route' },
  ENETUNREACH: { code: 'http.why.no-network' },
  ETIMEDOUT: { code: 'http.why.silent' },
  EPROTO: { code: 'http.why.not-tls' },
  ERR_SSL_WRONG_VERSION_NUMBER: { code: 'http.why.not-tls' },
};

/** Reads the certificate that a server shows and hangs up; nothing is sent to it. */
async function fingerprintOf(url: URL, timeoutMs: number): Promise<string | undefined> {
  const host = hostNameOf(url);
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(url.port || 443),
      servername: isIP(host) === 0 ? host : '',
      rejectUnauthorized: false,
      timeout: timeoutMs,
    });
    const end = (value: string | undefined) => {
      socket.destroy();
      resolve(value);
    };
    socket.once('secureConnect', () => end(hex(socket.getPeerCertificate().fingerprint256)));
    socket.once('timeout', () => end(undefined));
    socket.once('error', () => end(undefined));
  });
}

/** A fingerprint as 64 upper-case hex digits, however it was grouped; undefined if it is not one. */
export function parseFingerprint(text: string): string | undefined {
  const digits = text.replace(/[\s:]/g, '').toUpperCase();
  return /^[0-9A-F]{64}$/.test(digits) ? digits : undefined;
}

function hex(fingerprint: string | undefined): string {
  return (fingerprint ?? '').replaceAll(':', '').toUpperCase();
}

/** Whether a URL's host is this machine itself. */
export function isLoopback(url: URL): boolean {
  const host = hostNameOf(url);
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
