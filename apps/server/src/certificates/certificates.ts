/** The certificates stored in the database: examine one, store and use one, request one, go back to an earlier one. */

import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto';
import type { CertificateCheck, CertificateInput, CertificateRequest } from '@sower/api/certificates';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, actorName, denied } from '../core/actor.ts';
import { done, type Outcome, type Refused, refused } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { itemsFor } from '../core/recorded.ts';
import { allOrNothing, undo } from '../core/transaction.ts';
import { examineCertificate } from '../keys/x509/certificate-examination.ts';
import { type CertificateFinding, findingText } from '../keys/x509/certificate-findings.ts';
import { pathOf, readCertificate } from '../keys/x509/certificate-reading.ts';
import { makeCertificateRequest } from '../keys/x509/certificate-request.ts';
import { readChain, viewChain } from '../keys/x509/certificate-view.ts';
import type { ServedCertificate } from '../keys/x509/served-certificate.ts';
import { calledHosts } from '../provisioning/distribution/distribution-settings.ts';
import { newId } from '../store/db/ids.ts';
import type { Reason } from '../store/db/reason.ts';
import { inTransaction } from '../store/db/transaction.ts';
import { letAcmeStandAside } from '../store/keys/acme.ts';
import {
  chooseTlsCertificate,
  claimTlsRequest,
  deleteTlsCertificate,
  findTlsCertificate,
  insertTlsCertificate,
  listTlsCertificates,
  listTlsCertificatesOfKey,
  type TlsCertificateRow,
} from '../store/keys/tls-certificates.ts';
import { lockInstallation } from '../store/operations/installation.ts';
import type { Connection } from '../store/schema/schema.ts';
import { openKey, publicKeyHash, sealKey, storeCertificate, storedFacts, viewStored } from './stored.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'settings' | 'publicUrl' | 'now' | 'random'> & {
  readonly served: Pick<ServedCertificate, 'facts' | 'look'>;
};

/** The ID that stands for the certificate the server has without a stored one. */
const OWN = 'own';

export const showCertificates = (context: Pick<Context, 'db' | 'now'>, actor: Actor) =>
  itemsFor(actor, 'keys:edit', async () =>
    (await listTlsCertificates(context.db)).map((row) => viewStored(row, context.now())),
  );

type Examined = {
  readonly chain: readonly X509Certificate[];
  readonly key: KeyObject | undefined;
  /** The request of ours that this certificate answers. */
  readonly answers: TlsCertificateRow | undefined;
  readonly findings: readonly CertificateFinding[];
};

/** Reads and examines a certificate. If no key came with it, a stored one is looked for. */
async function examine(context: Context, input: CertificateInput): Promise<Examined> {
  const read = await readCertificate(input);
  if (!read.ok) return { chain: [], key: undefined, answers: undefined, findings: [read.finding] };
  const [leaf] = read.chain;
  const [known] = leaf ? await listTlsCertificatesOfKey(context.db, publicKeyHash(leaf.publicKey)) : [];
  const key = read.key ?? (known && openKey(context, known));
  const expected = { hosts: await calledHosts(context), now: context.now(), path: pathOf(input) };
  return {
    chain: read.chain,
    key,
    answers: known?.chain === null ? known : undefined,
    findings: examineCertificate(read.chain, key, expected),
  };
}

export async function checkCertificate(
  context: Context,
  actor: Actor,
  input: CertificateInput,
): Promise<Outcome<Omit<CertificateCheck, 'findings'> & Pick<Examined, 'findings'>>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  const { chain, findings } = await examine(context, input);
  return done({
    usable: findings.length === 0,
    chain: viewChain(chain, context.now()),
    findings,
  });
}

export async function addCertificate(context: Context, actor: Actor, input: CertificateInput) {
  const denial = denied(actor, 'keys:edit') ?? withoutTls(context);
  if (denial) return denial;
  const { chain, key, answers, findings } = await examine(context, input);
  if (findings.length > 0 || !key) return unusable(findings);
  const [leaf] = chain as readonly [X509Certificate];
  const id = answers?.id ?? newId(context);
  const facts = storedFacts(chain);
  const outcome = await allOrNothing(context.db, async (trx) => {
    await lockInstallation(trx);
    if (!answers) {
      await storeCertificate(trx, context, { id, chain, key, createdBy: actorName(actor) });
    } else if (!(await claimTlsRequest(trx, id, facts))) {
      undo('wrong-state', text('certificate.just-changed'));
    }
    await choose(trx, context, actor, id, `${facts.subject}, SHA-256 ${leaf.fingerprint256}`);
    return done(viewStored((await findTlsCertificate(trx, id)) as TlsCertificateRow, context.now()));
  });
  if (outcome.ok) await context.served.look();
  return outcome;
}

export async function requestCertificate(context: Context, actor: Actor, request: CertificateRequest) {
  const denial = denied(actor, 'keys:edit') ?? withoutTls(context);
  if (denial) return denial;
  const { pem, subject, key } = await makeCertificateRequest(request);
  const id = newId(context);
  const row: TlsCertificateRow = {
    id,
    subject,
    names: JSON.stringify(request.names),
    request: pem,
    chain: null,
    private_key: sealKey(context, id, key),
    public_key_hash: publicKeyHash(createPublicKey(key)),
    in_use: 0,
    created_at: context.now(),
    created_by: actorName(actor),
    directory: null,
    revoked_at: null,
  };
  await inTransaction(context.db, async (trx) => {
    await insertTlsCertificate(trx, row);
    await record(trx, context, actor, {
      action: 'certificate.request',
      object: `certificate:${id}`,
      reason: `${request.keyType}, ${request.names.join(', ')}`,
    });
  });
  return done(viewStored(row, context.now()));
}

/** An earlier one is examined again: it may have expired meanwhile. */
export async function useCertificate(context: Context, actor: Actor, id: string) {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  let subject: Reason = text('event.own-certificate');
  if (id !== OWN) {
    const row = await findTlsCertificate(context.db, id);
    if (!row) return noSuchCertificate(id);
    if (row.chain === null) {
      return refused('wrong-state', text('certificate.is-request'));
    }
    if (row.revoked_at !== null) return refused('wrong-state', text('certificate.revoked'));
    const chain = readChain(row.chain);
    const expected = { hosts: await calledHosts(context), now: context.now(), path: 'chain' as const };
    const findings = examineCertificate(chain, openKey(context, row), expected);
    if (findings.length > 0) return unusable(findings);
    subject = row.subject;
  }
  const outcome = await allOrNothing(context.db, async (trx) => {
    await lockInstallation(trx);
    await choose(trx, context, actor, id, subject);
    return done(undefined);
  });
  if (outcome.ok) await context.served.look();
  return outcome;
}

export async function removeCertificate(context: Context, actor: Actor, id: string) {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  return allOrNothing(context.db, async (trx) => {
    const row = await findTlsCertificate(trx, id);
    if (!row) return noSuchCertificate(id);
    if (!(await deleteTlsCertificate(trx, id))) {
      return refused('in-use', text('certificate.in-use'));
    }
    await record(trx, context, actor, {
      action: 'certificate.delete',
      object: `certificate:${id}`,
      reason: row.subject,
    });
    return done(undefined);
  });
}

async function choose(
  trx: Connection,
  context: Context,
  actor: Actor,
  id: string,
  reason: Reason,
): Promise<void> {
  if (!(await chooseTlsCertificate(trx, id === OWN ? undefined : id))) {
    undo('not-found', text('certificate.not-found', { id }));
  }
  await letAcmeStandAside(trx);
  await record(trx, context, actor, { action: 'certificate.use', object: `certificate:${id}`, reason });
}

export const noSuchCertificate = (id: string): Refused =>
  refused('not-found', text('certificate.not-found', { id }));

function unusable(findings: readonly CertificateFinding[]): Refused {
  return refused(
    'certificate-refused',
    text('certificate.unusable', { findings: findings.map(findingText) }),
    findings.map((finding) => ({ path: finding.path ?? 'chain', message: findingText(finding) })),
  );
}

function withoutTls(context: Context): Refused | undefined {
  if (context.served.facts().source !== 'none') return undefined;
  return refused('wrong-state', text('certificate.plain-http'));
}
