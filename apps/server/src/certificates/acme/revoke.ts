/** Revoking a certificate that was ordered by ACME: requested from its authority, and recorded once the authority has revoked it. */
import type { X509Certificate } from 'node:crypto';
import type { RevocationReason } from '@sower/api/acme';
import type { StoredCertificate } from '@sower/api/certificates';
import { text } from '@sower/texts/outcomes';
import { type Actor, denied } from '../../core/actor.ts';
import { done, type Outcome, refused } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing, undo } from '../../core/transaction.ts';
import { AcmeFailure } from '../../keys/acme/failure.ts';
import { readChain } from '../../keys/x509/certificate-view.ts';
import { findAcme } from '../../store/keys/acme.ts';
import {
  findTlsCertificate,
  markTlsCertificateRevoked,
  type TlsCertificateRow,
} from '../../store/keys/tls-certificates.ts';
import { noSuchCertificate } from '../certificates.ts';
import { viewStored } from '../stored.ts';
import { logOn, type ObtainContext, withClient } from './obtain.ts';
import type { AcmeContext } from './settings.ts';

/** RFC 5280 §5.3.1. */
const CODES: Readonly<Record<RevocationReason, number>> = {
  unspecified: 0,
  keyCompromise: 1,
  superseded: 4,
  cessationOfOperation: 5,
};
const REVOKE_MILLISECONDS = 25_000;

export async function revokeCertificate(
  context: AcmeContext & ObtainContext,
  actor: Actor,
  { id, reason }: { readonly id: string; readonly reason: RevocationReason },
): Promise<Outcome<StoredCertificate>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  const row = await findTlsCertificate(context.db, id);
  if (!row) return noSuchCertificate(id);
  const acme = await findAcme(context.db);
  if (row.directory === null || row.chain === null) return refused('wrong-state', text('acme.not-by-acme'));
  // The account that ordered it is the one that may revoke it.
  if (row.directory !== acme.settings.directory)
    return refused('wrong-state', text('acme.other-directory', { directory: row.directory }));
  if (row.in_use === 1) return refused('in-use', text('acme.revoke-in-use'));
  if (row.revoked_at !== null) return refused('wrong-state', text('certificate.revoked'));
  try {
    const [leaf] = readChain(row.chain) as [X509Certificate];
    await withClient(context, acme, AbortSignal.timeout(REVOKE_MILLISECONDS), async (client) => {
      await logOn(client, context, acme);
      await client.revoke(leaf, CODES[reason]);
    });
  } catch (error) {
    if (error instanceof AcmeFailure) return refused('wrong-state', error.text);
    throw error;
  }
  return allOrNothing(context.db, async (trx) => {
    if (!(await markTlsCertificateRevoked(trx, id, context.now())))
      undo('wrong-state', text('certificate.revoked'));
    await record(trx, context, actor, {
      action: 'certificate.revoke',
      object: `certificate:${id}`,
      reason: `${row.subject}, ${reason}`,
    });
    return done(viewStored((await findTlsCertificate(trx, id)) as TlsCertificateRow, context.now()));
  });
}
