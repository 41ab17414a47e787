/** The certificate with which the deployment's mail is signed: uploaded as a PKCS#12 file, stored sealed, removed. */

import type { MailSettingsView } from '@sower/api/mail';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, denied } from '../core/actor.ts';
import { done, editedMeanwhile, type Outcome, refusedAt } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { allOrNothing } from '../core/transaction.ts';
import { aadOf } from '../keys/seal/sealed-columns.ts';
import { mailCertificateFacts, signingProblem } from '../keys/x509/mail-certificate.ts';
import { certificateBlocks } from '../keys/x509/pem.ts';
import { readSigningIdentity, type SigningIdentity } from '../keys/x509/smime.ts';
import { findMailSettings, type StoredMailSettings, updateMailSettings } from '../store/mail/settings.ts';
import { viewMailSettings } from './settings.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

export async function setSigning(
  context: Context,
  actor: Actor,
  input: { readonly pkcs12: string; readonly password: string },
): Promise<Outcome<MailSettingsView>> {
  const denial = denied(actor, 'settings:edit');
  if (denial) return denial;
  const read = await readSigningIdentity(Buffer.from(input.pkcs12, 'base64'), input.password);
  if (!read.ok) return wrong(read.reason);
  const { privateKey, chain } = read.identity;
  const problem = signingProblem(chain[0] as string, context.now());
  if (problem) return wrong(problem);
  const { subject, fingerprint } = mailCertificateFacts(chain[0] as string);
  return change(context, actor, text('event.signing-certificate', { subject, fingerprint }), {
    signing: context.sealing.seal(aadOf('mail_settings.signing', 1), privateKey),
    signing_certificate: chain.join('\n'),
  });
}

export async function removeSigning(context: Context, actor: Actor): Promise<Outcome<MailSettingsView>> {
  const denial = denied(actor, 'settings:edit');
  if (denial) return denial;
  return change(context, actor, text('event.certificate-removed'), {
    signing: null,
    signing_certificate: null,
  });
}

async function change(
  context: Context,
  actor: Actor,
  reason: Text,
  columns: Pick<StoredMailSettings, 'signing' | 'signing_certificate'>,
): Promise<Outcome<MailSettingsView>> {
  return allOrNothing(context.db, async (trx) => {
    const { version } = await findMailSettings(trx);
    if (!(await updateMailSettings(trx, version, columns))) return editedMeanwhile();
    await record(trx, context, actor, { action: 'mail.signing', object: 'mail', reason });
    return done(viewMailSettings(await findMailSettings(trx)));
  });
}

const wrong = (reason: Text) => refusedAt('pkcs12', 'certificate-refused', reason);

/** `undefined` if mail is not signed. */
export function signingIdentityOf(
  context: Pick<ServerContext, 'sealing'>,
  { signing, signing_certificate }: StoredMailSettings,
): SigningIdentity | undefined {
  if (signing === null || signing_certificate === null) return undefined;
  return {
    privateKey: context.sealing.open(aadOf('mail_settings.signing', 1), signing),
    chain: certificateBlocks(signing_certificate).map(({ pem }) => pem),
  };
}
