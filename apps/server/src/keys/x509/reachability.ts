/**
 * Connects to an address as a client would: whether anything answers, with which certificate, and whether it is this deployment. Follows no
 * redirect, sends nothing secret, and reads little.
 */
import { X509Certificate } from 'node:crypto';
import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';
import { createSecureContext, type DetailedPeerCertificate, type SecureContext, TLSSocket } from 'node:tls';
import { jsonIn } from '@sower/api/json';
import { z } from 'zod';
import type { Sealing } from '../seal/sealing.ts';
import { trustedAuthorities } from './certificate-examination.ts';

export type Reachability = {
  readonly reachable: 'trusted' | 'untrusted' | 'unreachable';
  /** Why it is not trusted, as named by OpenSSL or the runtime. */
  readonly reason?: string;
  /** Absent if nothing answers. */
  readonly thisServer?: boolean;
  /** The chain it presents, leaf first. */
  readonly chain: readonly X509Certificate[];
};

const TIMEOUT_MILLISECONDS = 3_000;
const MAX_OCTETS = 16 * 1024;
const UNREACHABLE: Reachability = { reachable: 'unreachable', chain: [] };

let read: SecureContext | undefined;

/** Read once: they are far over a hundred, and the runtime does not look for new ones while it runs. */
function authorities(): SecureContext {
  read ??= createSecureContext({ ca: trustedAuthorities() });
  return read;
}

/** Distinguishes this deployment from others: each of its processes gives the same value, and no one can predict it. */
export const installationOf = ({ sealing }: { readonly sealing: Sealing }): string =>
  sealing.keyedHash('installation', 'which deployment this is').slice(0, 22);

/** @param installation the value that this deployment gives */
export function probe(url: string, installation: string): Promise<Reachability> {
  return new Promise((resolve) => {
    const secure = url.startsWith('https:');
    const request = (secure ? getSecure : getPlain)(
      `${url}/api/v1/server`,
      {
        agent: false,
        headers: { accept: 'application/json' },
        // Examined rather than refused: what is wrong with it is the question, and nothing is disclosed to it.
        ...(secure ? { rejectUnauthorized: false, secureContext: authorities() } : {}),
      },
      (response) => {
        const { socket } = response;
        const trust =
          socket instanceof TLSSocket ? trustOf(socket) : { reachable: 'untrusted' as const, chain: [] };
        void readSome(response).then((text) =>
          resolve({ ...trust, thisServer: installationIn(text) === installation }),
        );
      },
    );
    const timer = setTimeout(() => request.destroy(new Error('timeout')), TIMEOUT_MILLISECONDS);
    request.once('close', () => {
      clearTimeout(timer);
      resolve(UNREACHABLE);
    });
    request.on('error', () => resolve(UNREACHABLE));
  });
}

function trustOf(socket: TLSSocket): Reachability {
  const chain: X509Certificate[] = [];
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  // The last one names itself as its issuer.
  while (next?.raw && chain.length < 10) {
    chain.push(new X509Certificate(next.raw));
    next = next.issuerCertificate === next ? undefined : next.issuerCertificate;
  }
  if (socket.authorized) return { reachable: 'trusted', chain };
  const error = socket.authorizationError as unknown;
  const reason =
    error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
  return { reachable: 'untrusted', reason, chain };
}

async function readSome(response: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const chunk of response) {
      text += String(chunk);
      if (text.length > MAX_OCTETS) break;
    }
  } catch {
    // Truncated: then the content was not ours.
  }
  response.destroy();
  return text;
}

const installationIn = (text: string): unknown =>
  z.object({ installation: z.unknown() }).safeParse(jsonIn(text)).data?.installation;
