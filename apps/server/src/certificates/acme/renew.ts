/**
 * The certificate by ACME, ordered and renewed by whichever node has the lease. Renewed when its authority suggests it (RFC 9773), or at
 * two thirds of its lifetime. The current certificate stays until a new one has been examined; one that was chosen by hand stays in any
 * case.
 */

import type { X509Certificate } from 'node:crypto';
import { DAY, HOUR, MINUTE } from '@sower/api/time';
import { inEnglish, type Text, text } from '@sower/texts/outcomes';
import { SYSTEM } from '../../core/actor.ts';
import { done, refused } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing } from '../../core/transaction.ts';
import { AcmeFailure } from '../../keys/acme/failure.ts';
import { names as hasName, nameOf } from '../../keys/x509/certificate-examination.ts';
import { certificateId } from '../../keys/x509/certificate-reading.ts';
import { readChain } from '../../keys/x509/certificate-view.ts';
import { newId } from '../../store/db/ids.ts';
import {
  claimAcme,
  deleteExpiredAcmeChallenges,
  isAcmeDue,
  leaveAcme,
  type StoredAcme,
} from '../../store/keys/acme.ts';
import {
  chooseTlsCertificate,
  deleteOldAcmeCertificates,
  findTlsCertificate,
  findTlsCertificateInUse,
  type TlsCertificateRow,
} from '../../store/keys/tls-certificates.ts';
import { lockInstallation } from '../../store/operations/installation.ts';
import { newLease } from '../../store/work/due.ts';
import { storeCertificate } from '../stored.ts';
import { type ObtainContext, type Obtained, obtain, withClient } from './obtain.ts';
import { type AcmeContext, orderedNames, standsAside } from './settings.ts';

export type RenewContext = AcmeContext &
  ObtainContext & {
    /** What went well or did not, for the log. */
    readonly onOrder: (what: { readonly failure?: string; readonly subject?: string }) => void;
    /** The process ends. */
    readonly ends: AbortSignal;
  };

/** All of an order; the lease is longer, so that no one else begins before this one has ended. */
const ORDER_MILLISECONDS = 8 * MINUTE;
const LEASE_MILLISECONDS = 10 * MINUTE;
/** Authorities allow few attempts an hour (Let's Encrypt: five failed validations of a name). */
const AGAIN = [5 * MINUTE, 20 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, DAY];
/** RFC 9773 §4.3: how often the authority is queried, unless it says. */
const LOOK = { least: 10 * MINUTE, usual: 6 * HOUR, most: DAY } as const;
/** Tenths of the lifetime after which it is renewed, whatever the authority suggests. */
const LATEST = 9;
/** The present one, those before it, and one more to go back to. */
const KEPT = 3;

/** @returns whether there was something to do */
export async function renewWhenDue(context: RenewContext): Promise<boolean> {
  const { db, now } = context;
  if (!(await isAcmeDue(db, now()))) return false;
  const lease = newLease(context);
  const acme = await claimAcme(db, {
    lease,
    now: now(),
    milliseconds: LEASE_MILLISECONDS,
    byDns: context.acmeByDns,
  });
  if (!acme) return false;
  await deleteExpiredAcmeChallenges(db, now());
  const inUse = await findTlsCertificateInUse(db);
  if (standsAside(acme, inUse)) {
    await leaveAcme(db, acme, { next_at: now() + HOUR, ...NO_FAILURE });
    return true;
  }
  const signal = AbortSignal.any([context.ends, AbortSignal.timeout(ORDER_MILLISECONDS)]);
  try {
    const present =
      acme.certificate_id === null ? undefined : await findTlsCertificate(db, acme.certificate_id);
    const names = await orderedNames(context, acme);
    const due = await whenDue(context, { acme, present, names, signal });
    if (due.renewAt > now()) {
      await leaveAcme(db, acme, {
        renew_at: due.renewAt,
        next_at: Math.min(due.renewAt, due.lookAgain),
        ...NO_FAILURE,
      });
      return true;
    }
    const replaces = present?.directory === acme.settings.directory ? idOf(present) : undefined;
    await withClient(context, acme, signal, async (client) => {
      const obtained = await obtain(client, context, { acme, names, replaces, signal });
      await put(context, { acme, inUse, obtained });
    });
  } catch (error) {
    await fail(context, { acme, error });
  }
  return true;
}

const NO_FAILURE = { failures: 0, failed_at: null, why: null } as const;

const leafOf = (row: TlsCertificateRow | undefined): X509Certificate | undefined =>
  row?.chain ? readChain(row.chain)[0] : undefined;

const idOf = (row: TlsCertificateRow): string | undefined => {
  const leaf = leafOf(row);
  return leaf && certificateId(leaf);
};

/** @returns when to renew, and when to look again whether that is still so; epoch milliseconds */
async function whenDue(
  context: RenewContext,
  {
    acme,
    present,
    names,
    signal,
  }: {
    readonly acme: StoredAcme;
    readonly present: TlsCertificateRow | undefined;
    readonly names: readonly string[];
    readonly signal: AbortSignal;
  },
): Promise<{ renewAt: number; lookAgain: number }> {
  const at = context.now();
  const leaf = leafOf(present);
  const now = { renewAt: at, lookAgain: at };
  if (acme.wanted === 1 || acme.failures > 0 || !leaf || present?.revoked_at !== null) return now;
  // The address changed.
  if (!names.every((name) => hasName(leaf, name.replace(/^\*\./, 'any.')))) return now;
  const from = leaf.validFromDate.getTime();
  const lifetime = leaf.validToDate.getTime() - from;
  const atTwoThirds = from + (lifetime * 2) / 3;
  const lookAgain = at + LOOK.usual;
  if (atTwoThirds <= at && acme.renew_at !== null && acme.renew_at <= at) return now;
  const window = await suggested(context, acme, leaf, signal);
  if (!window) return { renewAt: atTwoThirds, lookAgain };
  const { start, end, askAgain } = window;
  const kept = acme.renew_at !== null && acme.renew_at >= start && acme.renew_at <= end;
  // RFC 9773 §4.2: a random time within the window, so that not everyone renews at once.
  const renewAt = kept ? (acme.renew_at as number) : start + fraction(context) * (end - start);
  const wait = Math.min(Math.max((askAgain ?? lookAgain) - at, LOOK.least), LOOK.most);
  // Whatever is suggested, the certificate is renewed before it expires.
  const latest = from + (lifetime * LATEST) / 10;
  return { renewAt: Math.round(Math.min(renewAt, latest)), lookAgain: at + wait };
}

const fraction = ({ random }: Pick<RenewContext, 'random'>): number =>
  Buffer.from(random(4)).readUInt32BE() / 2 ** 32;

/** @returns undefined if the authority suggests nothing, or does not answer: then the lifetime decides */
async function suggested(
  context: RenewContext,
  acme: StoredAcme,
  leaf: X509Certificate,
  signal: AbortSignal,
) {
  try {
    return await withClient(context, acme, signal, (client) => client.renewalWindow(leaf));
  } catch (error) {
    if (error instanceof AcmeFailure) return undefined;
    throw error;
  }
}

/** Only as long as no one changed the settings, or chose another certificate, meanwhile. */
async function put(
  context: RenewContext,
  {
    acme,
    inUse,
    obtained: { chain, key },
  }: {
    readonly acme: StoredAcme;
    readonly inUse: string | undefined;
    readonly obtained: Obtained;
  },
): Promise<void> {
  const [leaf] = chain as readonly [X509Certificate];
  const { now } = context;
  const from = leaf.validFromDate.getTime();
  const renewAt = from + ((leaf.validToDate.getTime() - from) * 2) / 3;
  const id = newId(context);
  const subject = nameOf(leaf.subject ?? '') || (leaf.subjectAltName ?? '');
  const outcome = await allOrNothing(context.db, async (trx) => {
    await lockInstallation(trx);
    const still = await leaveAcme(trx, acme, {
      wanted: 0,
      certificate_id: id,
      renew_at: Math.round(renewAt),
      next_at: now() + LOOK.least,
      ...NO_FAILURE,
    });
    if (!still || (await findTlsCertificateInUse(trx)) !== inUse)
      return refused('wrong-state', text('acme.changed-meanwhile'));
    await storeCertificate(trx, context, {
      id,
      chain,
      key,
      createdBy: SYSTEM.name,
      directory: acme.settings.directory,
    });
    await chooseTlsCertificate(trx, id);
    await deleteOldAcmeCertificates(trx, KEPT);
    await record(trx, context, SYSTEM, {
      action: 'certificate.use',
      object: `certificate:${id}`,
      reason: `${subject}, SHA-256 ${leaf.fingerprint256}`,
    });
    return done(undefined);
  });
  if (!outcome.ok) {
    await leaveAcme(context.db, acme, { wanted: 0, next_at: now() + MINUTE });
    return;
  }
  context.onOrder({ subject });
  await context.served.look();
}

async function fail(
  context: RenewContext,
  { acme, error }: { readonly acme: StoredAcme; readonly error: unknown },
): Promise<void> {
  if (context.ends.aborted) {
    // Another node continues at once.
    await leaveAcme(context.db, acme, { next_at: context.now() });
    return;
  }
  const { db, now } = context;
  const known = error instanceof AcmeFailure;
  const why: Text = known ? error.text : text('acme.failed');
  const failures = acme.failures + 1;
  const usual = now() + (AGAIN[Math.min(failures, AGAIN.length) - 1] as number);
  const next = Math.min(Math.max(usual, (known && error.notBefore) || 0), now() + 7 * DAY);
  await allOrNothing(db, async (trx) => {
    const still = await leaveAcme(trx, acme, { next_at: next, failures, failed_at: now(), why });
    // With other settings it is another attempt.
    if (still)
      await record(trx, context, SYSTEM, {
        action: 'acme.failed',
        object: 'acme',
        reason: why,
        result: 'failure',
      });
    return done(undefined);
  });
  context.onOrder({ failure: inEnglish(why) });
  // A fault of this server, with its stack, for the log.
  if (!known) throw error;
}
