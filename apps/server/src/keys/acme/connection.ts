/**
 * HTTPS with a certificate authority: one request at a time, each with a time limit and a bound on the answer. Follows no redirect. Knows no
 * ACME.
 */
import { Agent, request } from 'node:https';
import { text } from '@sower/texts/outcomes';
import { trustedAuthorities } from '../x509/certificate-examination.ts';
import { AcmeFailure, shortened } from './failure.ts';

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

export type Connection = {
  send(url: string, what?: { readonly method?: string; readonly body?: string }): Promise<Answer>;
  close(): void;
};

const REQUEST_MILLISECONDS = 20_000;
const MAX_OCTETS = 256 * 1024;

/** @param authority PEM of the only authorities that are trusted; empty: those of the runtime and the operating system */
export function connectTo({
  authority,
  userAgent,
  signal,
}: {
  readonly authority: string;
  readonly userAgent: string;
  /** Ends everything. */
  readonly signal: AbortSignal;
}): Connection {
  const agent = new Agent({
    ca: authority === '' ? trustedAuthorities() : authority,
    keepAlive: true,
    maxSockets: 1,
  });
  return {
    async send(url, { method = 'GET', body } = {}) {
      const parsed = URL.parse(url);
      if (parsed?.protocol !== 'https:')
        throw new AcmeFailure(text('acme.not-acme', { host: shortened(url), detail: 'https' }));
      try {
        return await once(parsed, {
          agent,
          method,
          body,
          userAgent,
          signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MILLISECONDS)]),
        });
      } catch (error) {
        throw failureOf(parsed.host, error);
      }
    },
    close: () => agent.destroy(),
  };
}

function once(
  url: URL,
  {
    agent,
    method,
    body,
    userAgent,
    signal,
  }: {
    readonly agent: Agent;
    readonly method: string;
    readonly body: string | undefined;
    readonly userAgent: string;
    readonly signal: AbortSignal;
  },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        agent,
        method,
        signal,
        headers: {
          'user-agent': userAgent,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/jose+json', 'content-length': Buffer.byteLength(body) }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let octets = 0;
        response.on('data', (chunk: Buffer) => {
          octets += chunk.length;
          if (octets > MAX_OCTETS) response.destroy(new Error('an answer that does not end'));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

const CLOCK = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];
const UNTRUSTED =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_UNTRUSTED|INVALID_CA|CERT_SIGNATURE_FAILURE)/;

function failureOf(host: string, error: unknown): AcmeFailure {
  const { code = '', name, message } = error as NodeJS.ErrnoException;
  const detail = shortened(code || message);
  if (name === 'AbortError' || name === 'TimeoutError') return new AcmeFailure(text('acme.silent', { host }));
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new AcmeFailure(text('acme.name', { host }));
  if (CLOCK.includes(code)) return new AcmeFailure(text('acme.clock', { host }));
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return new AcmeFailure(text('acme.other-name', { host }));
  if (UNTRUSTED.test(code)) return new AcmeFailure(text('acme.untrusted', { host, detail }));
  return new AcmeFailure(text('acme.unreachable', { host, detail }));
}
