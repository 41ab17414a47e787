/**
 * The client's side of ACME (RFC 8555), with External Account Binding (§7.3.4) and Renewal Information (RFC 9773). An account is found by its
 * key, so nothing but the key is kept. Decides nothing about the certificate that it gets.
 */

import {
  createHash,
  createHmac,
  createPublicKey,
  type KeyObject,
  sign,
  type X509Certificate,
} from 'node:crypto';
import { isIP } from 'node:net';
import { jsonIn } from '@sower/api/json';
import { HOUR, retryAfter } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import { z } from 'zod';
import { certificateId } from '../x509/certificate-reading.ts';
import { type Answer, type Connection, connectTo } from './connection.ts';
import { AcmeFailure, shortened } from './failure.ts';

const url = z.string().max(2_000);
const problemSchema = z.object({ type: z.string().catch(''), detail: z.string().catch('') });
const directorySchema = z.object({
  newNonce: url,
  newAccount: url,
  newOrder: url,
  revokeCert: url,
  renewalInfo: url.optional(),
  meta: z
    .object({ termsOfService: z.string().optional(), externalAccountRequired: z.boolean().optional() })
    .optional(),
});
const orderSchema = z.object({
  status: z.string(),
  authorizations: z.array(url).max(100),
  finalize: url,
  certificate: url.optional(),
  error: problemSchema.optional(),
});
const challengeSchema = z.object({
  type: z.string(),
  url: url.catch(''),
  token: z.string().catch(''),
  status: z.string().catch(''),
  error: problemSchema.optional().catch(undefined),
});
const authorizationSchema = z.object({
  status: z.string(),
  identifier: z.object({ type: z.string(), value: z.string().max(300) }),
  challenges: z.array(challengeSchema).max(20),
});
const renewalSchema = z.object({
  suggestedWindow: z.object({ start: z.string(), end: z.string() }),
});

export type Order = z.infer<typeof orderSchema>;
export type Challenge = z.infer<typeof challengeSchema>;
export type Authorization = z.infer<typeof authorizationSchema>;
type RenewalWindow = {
  readonly start: number;
  readonly end: number;
  /** When to ask again, epoch milliseconds. */
  readonly askAgain: number | undefined;
};

/** What to say if the authority did not see the proof. */
const REFUSED: Readonly<Record<string, 'acme.dns-refused' | 'acme.tls-refused'>> = {
  'dns-01': 'acme.dns-refused',
  'tls-alpn-01': 'acme.tls-refused',
};

export type AcmeClient = ReturnType<typeof clientOf>;

type Given = {
  readonly directory: string;
  readonly authority: string;
  readonly userAgent: string;
  /** Of the account: EC P-256. */
  readonly key: KeyObject;
  readonly signal: AbortSignal;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly now: () => number;
};

/** RFC 8555 §6.5: a nonce can be refused any number of times; an authority that always does is not worth waiting for. */
const MAX_NONCES = 6;
const POLL = { least: 500, most: 30_000, usual: 2_000, times: 60 } as const;
const TOKEN = /^[A-Za-z0-9_-]{22,256}$/;

export async function acmeClient(given: Given) {
  const connection = connectTo(given);
  try {
    const directory = read(
      directorySchema,
      expectStatus(given, await connection.send(given.directory)),
      hostOf(given.directory),
    );
    return clientOf(given, connection, directory);
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Requests that the key of the account signs (RFC 8555 §6.2). */
function requestsOf(given: Given, connection: Connection, newNonce: string) {
  const { key, now } = given;
  const host = hostOf(given.directory);
  const jwk = publicJwk(key);
  let nonce: string | undefined;
  let account: string | undefined;

  async function takeNonce(): Promise<string> {
    const kept = nonce;
    nonce = undefined;
    if (kept !== undefined) return kept;
    const { headers } = await connection.send(newNonce, { method: 'HEAD' });
    const fresh = headers['replay-nonce'];
    if (typeof fresh !== 'string')
      throw new AcmeFailure(text('acme.not-acme', { host, detail: 'Replay-Nonce' }));
    return fresh;
  }

  /** @param payload undefined: POST-as-GET */
  async function post(to: string, payload?: object): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const header = {
        alg: 'ES256',
        nonce: await takeNonce(),
        url: to,
        ...(account === undefined ? { jwk } : { kid: account }),
      };
      const body = signed(header, payload === undefined ? '' : JSON.stringify(payload), (data) =>
        sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
      );
      const answer = await connection.send(to, { method: 'POST', body });
      const next = answer.headers['replay-nonce'];
      if (typeof next === 'string') nonce = next;
      if (answer.status === 400 && attempt < MAX_NONCES && problemOf(answer)?.type === `${ERROR}badNonce`)
        continue;
      return expectStatus(given, answer);
    }
  }

  /** Until it is no longer being worked on. */
  async function settled<T extends { readonly status: string }>(
    of: string,
    schema: z.ZodType<T>,
    working: readonly string[],
  ): Promise<T> {
    for (let time = 0; time < POLL.times; time += 1) {
      const answer = await post(of);
      const found = read(schema, answer, host);
      if (!working.includes(found.status)) return found;
      const wait = (retryAfter(answer.headers['retry-after'], now()) ?? now() + POLL.usual) - now();
      await given.sleep(Math.min(Math.max(wait, POLL.least), POLL.most));
      if (given.signal.aborted) break;
    }
    throw new AcmeFailure(text('acme.silent', { host }));
  }

  return {
    post,
    settled,
    /** @param url from now on instead of the key itself */
    useAccount(url: string): void {
      account = url;
    },
  };
}

function clientOf(given: Given, connection: Connection, directory: z.infer<typeof directorySchema>) {
  const { key, now } = given;
  const host = hostOf(given.directory);
  const jwk = publicJwk(key);
  const { post, settled, useAccount } = requestsOf(given, connection, directory.newNonce);

  return {
    /** RFC 8555 §7.3: finds the account of this key, or makes it. */
    async logOn({
      contact,
      termsAgreed,
      binding,
    }: {
      readonly contact: string;
      readonly termsAgreed: boolean;
      /** §7.3.4. */
      readonly binding: { readonly keyId: string; readonly key: Uint8Array } | undefined;
    }): Promise<void> {
      const { termsOfService, externalAccountRequired } = directory.meta ?? {};
      if (termsOfService !== undefined && !termsAgreed)
        throw new AcmeFailure(text('acme.terms', { url: shortened(termsOfService) }));
      if (externalAccountRequired && !binding) throw new AcmeFailure(text('acme.binding-required', { host }));
      const answer = await post(directory.newAccount, {
        termsOfServiceAgreed: termsAgreed,
        ...(contact === '' ? {} : { contact: [`mailto:${contact}`] }),
        ...(binding
          ? {
              externalAccountBinding: JSON.parse(
                signed(
                  { alg: 'HS256', kid: binding.keyId, url: directory.newAccount },
                  JSON.stringify(jwk),
                  (data) => createHmac('sha256', binding.key).update(data).digest(),
                ),
              ),
            }
          : {}),
      });
      useAccount(locationOf(answer, host));
    },
    /** §7.4. @param replaces the certificate that this one is to follow (RFC 9773 §5) */
    async order(names: readonly string[], replaces?: string): Promise<{ url: string; order: Order }> {
      const request = {
        identifiers: names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value })),
      };
      const known = replaces !== undefined && directory.renewalInfo !== undefined;
      let answer: Answer;
      try {
        answer = await post(directory.newOrder, known ? { ...request, replaces } : request);
      } catch (error) {
        // It was replaced already, or comes from another authority.
        if (!known || !(error instanceof AcmeFailure) || error.notBefore !== undefined) throw error;
        answer = await post(directory.newOrder, request);
      }
      return { url: locationOf(answer, host), order: read(orderSchema, answer, host) };
    },
    async authorization(of: string): Promise<Authorization> {
      return read(authorizationSchema, await post(of), host);
    },
    /** §8.1: what proves that this account solved it. */
    keyAuthorization({ token }: Challenge): string {
      // It becomes part of a path.
      if (!TOKEN.test(token)) throw new AcmeFailure(text('acme.not-acme', { host, detail: 'token' }));
      return `${token}.${sha256(JSON.stringify(jwk)).toString('base64url')}`;
    },
    /** Has it validated. @throws AcmeFailure with what the authority saw */
    async validate(authorization: string, challenge: Challenge, name: string): Promise<void> {
      await post(challenge.url, {});
      const { status, challenges } = await settled(authorization, authorizationSchema, [
        'pending',
        'processing',
      ]);
      if (status === 'valid') return;
      const seen = challenges.find(({ type }) => type === challenge.type)?.error ?? {
        type: status,
        detail: '',
      };
      throw new AcmeFailure(
        text(REFUSED[challenge.type] ?? 'acme.http-refused', {
          name,
          detail: shortened(seen.detail || seen.type),
        }),
      );
    },
    /** §7.4. @param request PKCS#10, DER @returns PEM, as the authority sent it */
    async finish(at: string, request: Uint8Array): Promise<string> {
      const order = await settled(at, orderSchema, ['pending']);
      if (order.status === 'ready')
        await post(order.finalize, { csr: Buffer.from(request).toString('base64url') });
      const end = await settled(at, orderSchema, ['pending', 'ready', 'processing']);
      if (end.status !== 'valid' || end.certificate === undefined)
        throw new AcmeFailure(
          text('acme.refused', {
            host,
            detail: shortened(end.error?.detail || end.error?.type || end.status),
          }),
        );
      return (await post(end.certificate)).body;
    },
    /** §7.6. */
    async revoke(certificate: X509Certificate, reason: number): Promise<void> {
      await post(directory.revokeCert, { certificate: certificate.raw.toString('base64url'), reason });
    },
    /** RFC 9773 §4.2. @returns undefined if the authority does not say */
    async renewalWindow(certificate: X509Certificate): Promise<RenewalWindow | undefined> {
      const id = certificateId(certificate);
      if (directory.renewalInfo === undefined || id === undefined) return undefined;
      const answer = await connection.send(`${directory.renewalInfo.replace(/\/$/, '')}/${id}`);
      const { suggestedWindow } = read(renewalSchema, expectStatus(given, answer), host);
      const [start, end] = [Date.parse(suggestedWindow.start), Date.parse(suggestedWindow.end)];
      if (!(end > start)) return undefined;
      return { start, end, askAgain: retryAfter(answer.headers['retry-after'], now()) };
    },
    close: () => connection.close(),
  };
}

const ERROR = 'urn:ietf:params:acme:error:';
const hostOf = (of: string): string => URL.parse(of)?.host ?? shortened(of);
const sha256 = (data: string): Buffer => createHash('sha256').update(data).digest();

/** Members in the order of RFC 7638 §3.2, so that its thumbprint is that of its JSON. */
function publicJwk(key: KeyObject): { crv: string; kty: string; x: string; y: string } {
  const { crv = '', kty = '', x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
  return { crv, kty, x, y };
}

/** RFC 7515 §7.2.2. */
function signed(header: object, payload: string, signature: (data: Buffer) => Buffer): string {
  const [head, content] = [JSON.stringify(header), payload].map((part) =>
    Buffer.from(part).toString('base64url'),
  );
  return JSON.stringify({
    protected: head,
    payload: content,
    signature: signature(Buffer.from(`${head}.${content}`)).toString('base64url'),
  });
}

function read<T>(schema: z.ZodType<T>, { body }: Answer, host: string): T {
  const { success, data } = schema.safeParse(jsonIn(body));
  if (success) return data;
  throw new AcmeFailure(text('acme.not-acme', { host, detail: shortened(body).slice(0, 80) }));
}

function locationOf({ headers }: Answer, host: string): string {
  if (typeof headers.location === 'string') return headers.location;
  throw new AcmeFailure(text('acme.not-acme', { host, detail: 'Location' }));
}

const problemOf = ({ body }: Answer) => problemSchema.safeParse(jsonIn(body)).data;

function expectStatus({ directory, now }: Given, answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  const host = hostOf(directory);
  const { type, detail } = problemOf(answer) ?? { type: '', detail: '' };
  const why = shortened(detail || type || `HTTP ${answer.status}`);
  const later = retryAfter(answer.headers['retry-after'], now());
  if (answer.status === 429 || type === `${ERROR}rateLimited`)
    throw new AcmeFailure(text('acme.rate-limited', { host, detail: why }), later ?? now() + HOUR);
  if (type === `${ERROR}externalAccountRequired`)
    throw new AcmeFailure(text('acme.binding-required', { host }));
  throw new AcmeFailure(text('acme.refused', { host, detail: why }), later);
}
