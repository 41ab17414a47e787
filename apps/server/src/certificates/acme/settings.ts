/**
 * Whether and where certificates are ordered by ACME: shown, changed, ordered at once. Keys are entered, or generated here, and never
 * returned.
 */

import { type Acme, type AcmeSettingsInput, acmeSettingsSchema } from '@sower/api/acme';
import { isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import {
  done,
  editedMeanwhile,
  type FieldProblem,
  invalidAt,
  type Outcome,
  refused,
} from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing } from '../../core/transaction.ts';
import type { Unworded } from '../../core/unworded.ts';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
import { type CertificateFinding, certificateFinding } from '../../keys/x509/certificate-findings.ts';
import { certificateBlocks } from '../../keys/x509/pem.ts';
import type { ServedCertificate } from '../../keys/x509/served-certificate.ts';
import { calledHosts } from '../../provisioning/distribution/distribution-settings.ts';
import { reasonValue } from '../../store/db/reason.ts';
import { findAcme, hastenAcme, type StoredAcme, updateAcme } from '../../store/keys/acme.ts';
import { findTlsCertificateInUse } from '../../store/keys/tls-certificates.ts';

export type AcmeContext = Pick<
  ServerContext,
  'db' | 'sealing' | 'settings' | 'publicUrl' | 'now' | 'databaseNow' | 'random'
> & {
  readonly served: Pick<ServedCertificate, 'facts' | 'look'>;
  /** Whether this process has a command that sets DNS records. */
  readonly acmeByDns: boolean;
};

/** Another certificate was chosen by hand, so it is not replaced automatically. */
export const standsAside = (
  { wanted, certificate_id }: Pick<StoredAcme, 'wanted' | 'certificate_id'>,
  inUse: string | undefined,
): boolean => wanted === 0 && (inUse ?? null) !== certificate_id;

/** @returns all that a certificate is ordered for, those that clients connect to first */
export async function orderedNames(
  context: Pick<AcmeContext, 'settings' | 'publicUrl'>,
  { settings }: Pick<StoredAcme, 'settings'>,
): Promise<string[]> {
  return [...new Set([...(await calledHosts(context)), ...settings.names])];
}

function stateOf(row: StoredAcme, inUse: string | undefined, context: AcmeContext): Acme['state'] {
  if (row.enabled === 0) return 'off';
  if (row.lease_until !== null && row.lease_until > context.databaseNow()) return 'ordering';
  if (standsAside(row, inUse)) return 'aside';
  if (row.failures > 0) return 'failing';
  if (row.by_dns === 1 && !context.acmeByDns) return 'unable';
  return row.wanted === 1 ? 'ordering' : 'waiting';
}

async function view(context: AcmeContext, row: StoredAcme): Promise<Unworded<Acme, 'failure'>> {
  const state = stateOf(row, await findTlsCertificateInUse(context.db), context);
  return {
    settings: row.settings,
    bindingKeySet: row.binding_key !== null,
    version: row.version,
    state,
    ...(state === 'off' ? {} : { nextAt: isoTime(row.next_at) }),
    ...(state === 'off' || row.renew_at === null ? {} : { renewAt: isoTime(row.renew_at) }),
    failures: row.failures,
    ...(row.failed_at === null ? {} : { failedAt: isoTime(row.failed_at) }),
    ...(row.failures === 0 || row.reason === null ? {} : { failure: reasonValue(row) }),
    orderedNames: await orderedNames(context, row),
  };
}

export async function showAcme(context: AcmeContext, actor: Actor) {
  return denied(actor, 'keys:edit') ?? done(await view(context, await findAcme(context.db)));
}

export async function editAcme(
  context: AcmeContext,
  actor: Actor,
  {
    version,
    input: { bindingKey, ...input },
  }: { readonly version: number; readonly input: AcmeSettingsInput },
): Promise<Outcome<Unworded<Acme, 'failure'>>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  const settings = acmeSettingsSchema.parse(input);
  const before = await findAcme(context.db);
  if (before.version !== version) return editedMeanwhile();
  const problem = problemOf(context, { ...before, settings }, bindingKey);
  if (problem) return invalidAt(problem.path, problem.message);
  const elsewhere = before.settings.directory !== settings.directory;
  const outcome = await allOrNothing(context.db, async (trx) => {
    const changed = await updateAcme(trx, version, {
      settings: JSON.stringify(settings),
      enabled: settings.enabled ? 1 : 0,
      by_dns: settings.challenge === 'dns-01' ? 1 : 0,
      ...(bindingKey === undefined
        ? {}
        : {
            binding_key:
              bindingKey === ''
                ? null
                : context.sealing.seal(aadOf('acme.binding_key', 1), Buffer.from(bindingKey, 'base64url')),
          }),
      // An account belongs to one authority.
      ...(elsewhere ? { account_key: null } : {}),
      ...(settings.enabled ? { next_at: context.databaseNow() } : {}),
      // Turned on, or elsewhere: ordered at once. Otherwise a certificate chosen by hand stays.
      ...(settings.enabled && (elsewhere || before.enabled === 0) ? { wanted: 1, renew_at: null } : {}),
      ...(settings.enabled ? {} : { wanted: 0 }),
    });
    if (!changed) return editedMeanwhile();
    await record(trx, context, actor, {
      action: 'acme.settings',
      object: 'acme',
      reason: text('event.parts', {
        parts: [
          ...Object.entries(settings)
            .filter(
              ([name, value]) => name !== 'authority' && `${before.settings[name as 'names']}` !== `${value}`,
            )
            .map(([name, value]) => `${name} = ${value}`),
          ...(before.settings.authority === settings.authority ? [] : [text('event.authority-changed')]),
          ...(bindingKey === undefined ? [] : [text('event.binding-key-changed')]),
        ],
      }),
    });
    return done(changed);
  });
  return outcome.ok ? done(await view(context, outcome.value)) : outcome;
}

function problemOf(
  context: AcmeContext,
  { settings, binding_key }: StoredAcme,
  bindingKey: string | undefined,
): FieldProblem | undefined {
  if (settings.authority !== '' && certificateBlocks(settings.authority).length === 0)
    return { path: 'authority', message: text('source.authority') };
  const bound = bindingKey === undefined ? binding_key !== null : bindingKey !== '';
  if (bound !== (settings.bindingKeyId !== ''))
    return { path: bound ? 'bindingKeyId' : 'bindingKey', message: text('acme.binding-both') };
  const wildcard = settings.names.find((name) => name.startsWith('*.'));
  if (wildcard !== undefined && settings.challenge !== 'dns-01')
    return { path: 'names', message: text('acme.wildcard', { name: wildcard }) };
  if (!settings.enabled) return undefined;
  if (settings.directory === '') return { path: 'directory', message: text('acme.directory-required') };
  if (context.served.facts().source === 'none')
    return { path: 'enabled', message: text('certificate.plain-http') };
  if (settings.challenge === 'dns-01' && !context.acmeByDns)
    return { path: 'challenge', message: text('acme.no-dns-command') };
  return undefined;
}

/** It is ordered by whichever node is first. */
export async function orderNow(
  context: AcmeContext,
  actor: Actor,
): Promise<Outcome<Unworded<Acme, 'failure'>>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  const outcome = await allOrNothing(context.db, async (trx) => {
    if (!(await hastenAcme(trx, context.databaseNow()))) return refused('wrong-state', text('acme.off'));
    await record(trx, context, actor, { action: 'acme.order', object: 'acme' });
    return done(await findAcme(trx));
  });
  return outcome.ok ? done(await view(context, outcome.value)) : outcome;
}

/** What needs fixing about certificates by ACME, for Home and wherever the certificate is shown. */
export async function acmeProblem({ db }: Pick<ServerContext, 'db'>): Promise<CertificateFinding[]> {
  const acme = await findAcme(db);
  if (acme.enabled === 0) return [];
  if (acme.failures > 0)
    return [
      certificateFinding('acme-failed', {
        time: isoTime(acme.failed_at ?? acme.next_at),
        reason: reasonValue(acme),
        next: isoTime(acme.next_at),
      }),
    ];
  return standsAside(acme, await findTlsCertificateInUse(db)) ? [certificateFinding('acme-aside')] : [];
}
