/** The certificates that are kept in the database: look at one, store and use one, ask for one, go back to an earlier one. */

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  type X509Certificate,
} from 'node:crypto';
import type {
  CertificateCheck,
  CertificateInput,
  CertificateRequest,
  StoredCertificate,
} from '@sower/api/certificates';
import { text } from '@sower/messages/outcomes';
import type { Floor } from '../context.ts';
import { type Actor, actorName, denied } from '../core/actor.ts';
import { done, type Outcome, type Refused, refused, undo, undoable } from '../core/outcome.ts';
import { isoTime } from '../core/time.ts';
import { examineCertificate, nameOf } from '../keys/x509/certificate-examination.ts';
import { type CertificateFinding, findingText } from '../keys/x509/certificate-findings.ts';
import { pathOf, readCertificate } from '../keys/x509/certificate-reading.ts';
import { makeCertificateRequest } from '../keys/x509/certificate-request.ts';
import { pemOf, readChain, viewChain } from '../keys/x509/certificate-view.ts';
import { type ServedCertificate, tlsKeyPlace } from '../keys/x509/served-certificate.ts';
import { calledHosts } from '../provisioning/distribution/link-base.ts';
import { newId } from '../store/db/ids.ts';
import { type AuditEvent, insertAudit } from '../store/tables/audit.ts';
import { lockInstallation } from '../store/tables/installation.ts';
import type { Connection } from '../store/tables/schema.ts';
import {
  chooseTlsCertificate,
  claimTlsRequest,
  deleteTlsCertificate,
  findTlsCertificate,
  insertTlsCertificate,
  listTlsCertificates,
  listTlsCertificatesOfKey,
  type TlsCertificateRow,
} from '../store/tables/tls-certificates.ts';

type Uses = Pick<Floor, 'db' | 'sealing' | 'settings' | 'publicUrl' | 'now' | 'random'> & {
  readonly served: Pick<ServedCertificate, 'facts' | 'look'>;
};

/** The id that stands for what the server has without a stored one. */
const OWN = 'own';

export function viewStored(row: TlsCertificateRow, now: number): StoredCertificate {
  return {
    id: row.id,
    state: row.chain === null ? 'request' : row.in_use === 1 ? 'in-use' : 'kept',
    subject: row.subject,
    names: JSON.parse(row.names) as string[],
    ...(row.request === null ? {} : { request: row.request }),
    chain: row.chain === null ? [] : viewChain(readChain(row.chain), now),
    createdAt: isoTime(row.created_at),
    createdBy: row.created_by,
  };
}

export async function showCertificates(
  uses: Pick<Uses, 'db' | 'now'>,
  actor: Actor,
): Promise<Outcome<{ items: StoredCertificate[] }>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  const rows = await listTlsCertificates(uses.db);
  return done({ items: rows.map((row) => viewStored(row, uses.now())) });
}

type Examined = {
  readonly chain: readonly X509Certificate[];
  readonly key: KeyObject | undefined;
  /** A request of ours that this answers. */
  readonly answers: TlsCertificateRow | undefined;
  readonly findings: readonly CertificateFinding[];
};

/** Reads and examines; where no key came with it, one that is here already is looked for. */
async function examine(uses: Uses, input: CertificateInput): Promise<Examined> {
  const read = await readCertificate(input);
  if (!read.ok) return { chain: [], key: undefined, answers: undefined, findings: [read.finding] };
  const [leaf] = read.chain;
  const [known] = leaf ? await listTlsCertificatesOfKey(uses.db, publicKeyHash(leaf.publicKey)) : [];
  const key = read.key ?? (known && openKey(uses, known));
  const expected = { hosts: await calledHosts(uses), now: uses.now(), path: pathOf(input) };
  return {
    chain: read.chain,
    key,
    answers: known?.chain === null ? known : undefined,
    findings: examineCertificate(read.chain, key, expected),
  };
}

export async function checkCertificate(
  uses: Uses,
  actor: Actor,
  input: CertificateInput,
): Promise<Outcome<Omit<CertificateCheck, 'findings'> & Pick<Examined, 'findings'>>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  const { chain, findings } = await examine(uses, input);
  return done({
    usable: findings.length === 0,
    chain: viewChain(chain, uses.now()),
    findings,
  });
}

export async function addCertificate(
  uses: Uses,
  actor: Actor,
  input: CertificateInput,
): Promise<Outcome<StoredCertificate>> {
  const denial = denied(actor, 'keys:edit') ?? withoutTls(uses);
  if (denial) return denial;
  const { chain, key, answers, findings } = await examine(uses, input);
  if (findings.length > 0 || !key) return unusable(findings);
  const [leaf] = chain as readonly [X509Certificate];
  const id = answers?.id ?? newId(uses);
  const facts = {
    chain: pemOf(chain),
    subject: nameOf(leaf.subject ?? ''),
    names: JSON.stringify((leaf.subjectAltName ?? '').split(', ').filter(Boolean)),
  };
  const outcome = await undoable(() =>
    uses.db.transaction().execute(async (trx) => {
      await lockInstallation(trx);
      if (!answers) {
        await insertTlsCertificate(trx, {
          id,
          ...facts,
          request: null,
          private_key: sealKey(uses, id, key),
          public_key_hash: publicKeyHash(createPublicKey(key)),
          in_use: 0,
          created_at: uses.now(),
          created_by: actorName(actor),
        });
      } else if (!(await claimTlsRequest(trx, id, facts))) {
        undo('wrong-state', text('certificate.just-changed'));
      }
      await choose(trx, uses, actor, id, `${facts.subject}, SHA-256 ${leaf.fingerprint256}`);
      return viewStored((await findTlsCertificate(trx, id)) as TlsCertificateRow, uses.now());
    }),
  );
  if (outcome.ok) await uses.served.look();
  return outcome;
}

export async function requestCertificate(
  uses: Uses,
  actor: Actor,
  wish: CertificateRequest,
): Promise<Outcome<StoredCertificate>> {
  const denial = denied(actor, 'keys:edit') ?? withoutTls(uses);
  if (denial) return denial;
  const { pem, subject, key } = await makeCertificateRequest(wish);
  const id = newId(uses);
  const row: TlsCertificateRow = {
    id,
    subject,
    names: JSON.stringify(wish.names),
    request: pem,
    chain: null,
    private_key: sealKey(uses, id, key),
    public_key_hash: publicKeyHash(createPublicKey(key)),
    in_use: 0,
    created_at: uses.now(),
    created_by: actorName(actor),
  };
  await uses.db.transaction().execute(async (trx) => {
    await insertTlsCertificate(trx, row);
    await insertAudit(trx, uses, {
      ...event(actor, 'certificate.request', id),
      reason: `${wish.keyType}, ${wish.names.join(', ')}`,
    });
  });
  return done(viewStored(row, uses.now()));
}

/** An earlier one is looked at again: it may have expired meanwhile. */
export async function useCertificate(uses: Uses, actor: Actor, id: string): Promise<Outcome<undefined>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  let subject = 'the one the server has without a stored one';
  if (id !== OWN) {
    const row = await findTlsCertificate(uses.db, id);
    if (!row) return noSuch(id);
    if (row.chain === null) {
      return refused('wrong-state', text('certificate.is-request'));
    }
    const chain = readChain(row.chain);
    const expected = { hosts: await calledHosts(uses), now: uses.now(), path: 'chain' as const };
    const findings = examineCertificate(chain, openKey(uses, row), expected);
    if (findings.length > 0) return unusable(findings);
    subject = row.subject;
  }
  const outcome = await undoable(() =>
    uses.db.transaction().execute(async (trx) => {
      await lockInstallation(trx);
      await choose(trx, uses, actor, id, subject);
      return undefined;
    }),
  );
  if (outcome.ok) await uses.served.look();
  return outcome;
}

export async function removeCertificate(uses: Uses, actor: Actor, id: string): Promise<Outcome<undefined>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  return uses.db.transaction().execute(async (trx) => {
    const row = await findTlsCertificate(trx, id);
    if (!row) return noSuch(id);
    if (!(await deleteTlsCertificate(trx, id))) {
      return refused('in-use', text('certificate.in-use'));
    }
    await insertAudit(trx, uses, { ...event(actor, 'certificate.delete', id), reason: row.subject });
    return done(undefined);
  });
}

async function choose(trx: Connection, uses: Uses, actor: Actor, id: string, reason: string): Promise<void> {
  if (!(await chooseTlsCertificate(trx, id === OWN ? undefined : id))) {
    undo('not-found', text('certificate.not-found', { id }));
  }
  await insertAudit(trx, uses, { ...event(actor, 'certificate.use', id), reason });
}

const noSuch = (id: string): Refused => refused('not-found', text('certificate.not-found', { id }));

function unusable(findings: readonly CertificateFinding[]): Refused {
  return refused(
    'certificate-refused',
    text('certificate.unusable', { findings: findings.map(findingText) }),
    findings.map((finding) => ({ path: finding.path ?? 'chain', message: findingText(finding) })),
  );
}

function withoutTls(uses: Uses): Refused | undefined {
  if (uses.served.facts().source !== 'none') return undefined;
  return refused('wrong-state', text('certificate.plain-http'));
}

/** Finds the key for a certificate, whichever way it came. */
function publicKeyHash(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('base64url');
}

function sealKey(uses: Uses, id: string, key: KeyObject): string {
  return uses.sealing.seal(tlsKeyPlace(id), key.export({ format: 'der', type: 'pkcs8' }));
}

function openKey(uses: Uses, row: TlsCertificateRow): KeyObject {
  const der = Buffer.from(uses.sealing.open(tlsKeyPlace(row.id), row.private_key));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

function event(
  actor: Actor,
  action: 'certificate.request' | 'certificate.use' | 'certificate.delete',
  id: string,
): AuditEvent {
  return {
    actor: actorName(actor),
    action,
    object: `certificate:${id}`,
    result: 'success',
    source: actor.source,
  };
}
