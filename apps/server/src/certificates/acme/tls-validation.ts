/**
 * TLS-ALPN-01 (RFC 8737): while a name is validated, connections for it that offer the protocol `acme-tls/1` get the validation
 * certificate; all others get the normal one. The authority may reach any process, so each learns of a validation before the authority
 * begins to connect.
 */
import { hash } from 'node:crypto';
import type { SecureContext, TLSSocket } from 'node:tls';
import type { ServerContext } from '../../context.ts';
import type { AcmeClient, Authorization } from '../../keys/acme/client.ts';
import { deleteAcmeChallenge, insertAcmeChallenge, listAcmeAnswers } from '../../store/keys/acme.ts';

/** Of the names of validations among those of HTTP-01, which have no colon. */
const PREFIX = 'tls-alpn-01:';
/** Long enough for every process to have looked, even a slow one. */
const LEARN_MILLISECONDS = 12_000;
const ACME_TLS = 'acme-tls/1';
const HTTP = 'http/1.1';

type Asked = { readonly servername: string; readonly protocols: string[] };

export type TlsValidation = {
  /** For the options of a listener of HTTPS. */
  readonly ALPNCallback: (this: TLSSocket, asked: Asked) => string | undefined;
  /** Learns of validations that other processes have begun. */
  round(): Promise<void>;
};

export function tlsValidation({ db, now }: Pick<ServerContext, 'db' | 'now'>): TlsValidation {
  let shown = new Map<string, { readonly answer: string; readonly context: SecureContext }>();
  return {
    ALPNCallback({ servername, protocols }) {
      if (!protocols.includes(ACME_TLS)) return protocols.includes(HTTP) ? HTTP : undefined;
      const found = shown.get(servername?.toLowerCase() ?? '');
      if (!found) return undefined;
      this.setKeyCert(found.context);
      return ACME_TLS;
    },
    async round() {
      const rows = await listAcmeAnswers(db, PREFIX, now());
      if (rows.length === 0 && shown.size === 0) return;
      const next: typeof shown = new Map();
      for (const { token, answer } of rows) {
        const name = token.slice(PREFIX.length);
        const known = shown.get(name);
        if (known?.answer === answer) next.set(name, known);
        else {
          const { validationContext } = await import('../../keys/acme/validation-certificate.ts');
          const proof = Buffer.from(answer, 'base64url');
          next.set(name, { answer, context: await validationContext(name, proof, now()) });
        }
      }
      shown = next;
    },
  };
}

type Proving = { readonly at: string; readonly authorization: Authorization };

/** All names at once: every process has to learn of them first. @throws AcmeFailure */
export async function proveByTls(
  client: AcmeClient,
  {
    db,
    now,
    sleep,
  }: Pick<ServerContext, 'db' | 'now'> & { readonly sleep: (milliseconds: number) => Promise<void> },
  names: readonly (Proving & { readonly challenge: Authorization['challenges'][number] })[],
  validMilliseconds: number,
): Promise<void> {
  const tokenOf = ({ authorization }: Proving): string =>
    `${PREFIX}${authorization.identifier.value.toLowerCase()}`;
  try {
    for (const proving of names) {
      const answer = hash('sha256', client.keyAuthorization(proving.challenge), 'base64url');
      await insertAcmeChallenge(db, {
        token: tokenOf(proving),
        answer,
        expires_at: now() + validMilliseconds,
      });
    }
    if (names.length > 0) await sleep(LEARN_MILLISECONDS);
    for (const { at, authorization, challenge } of names)
      await client.validate(at, challenge, authorization.identifier.value);
  } finally {
    for (const proving of names) await deleteAcmeChallenge(db, tokenOf(proving));
  }
}
