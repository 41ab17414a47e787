/** One order, from the account to the chain: proves each name, and accepts only a certificate for the key that was generated here. */

import { generateKeyPairSync, hash, type KeyObject, type X509Certificate } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { AcmeSettings } from '@sower/api/acme';
import { MINUTE } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import type { AcmeClient, Authorization } from '../../keys/acme/client.ts';
import { AcmeFailure, shortened } from '../../keys/acme/failure.ts';
import { openPrivateKey, sealPrivateKey } from '../../keys/private-key.ts';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
import { examineCertificate } from '../../keys/x509/certificate-examination.ts';
import { findingText } from '../../keys/x509/certificate-findings.ts';
import { readCertificate } from '../../keys/x509/certificate-reading.ts';
import { makeCertificateRequest } from '../../keys/x509/certificate-request.ts';
import { readChain } from '../../keys/x509/certificate-view.ts';
import {
  deleteAcmeChallenge,
  insertAcmeChallenge,
  keepAcmeAccountKey,
  type StoredAcme,
} from '../../store/keys/acme.ts';
import { proveByTls } from './tls-validation.ts';

type DnsRecord = { readonly name: string; readonly value: string };
/** @throws AcmeFailure if the command failed */
export type SetDns = (action: 'add' | 'remove', record: DnsRecord, signal: AbortSignal) => Promise<void>;

export type ObtainContext = Pick<ServerContext, 'db' | 'sealing' | 'now'> & {
  readonly version: string;
  /** Absent: this process has no command for it. */
  readonly setDns?: SetDns | undefined;
};

export type Obtained = { readonly chain: readonly X509Certificate[]; readonly key: KeyObject };

/** The client is loaded only if the installation orders certificates, and closed after the work. */
export async function withClient<T>(
  context: ObtainContext,
  { settings, account_key }: StoredAcme,
  signal: AbortSignal,
  work: (client: AcmeClient) => Promise<T>,
): Promise<T> {
  const { acmeClient } = await import('../../keys/acme/client.ts');
  const client = await acmeClient({
    directory: settings.directory,
    authority: settings.authority,
    userAgent: `sower/${context.version}`,
    key: await accountKey(context, account_key),
    signal,
    sleep: async (milliseconds) => void (await wait(milliseconds, undefined, { signal }).catch(() => {})),
    now: context.now,
  });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

/** Generated and stored before it is first used: if its key were lost, the account would be created again at each attempt. */
async function accountKey({ db, sealing }: ObtainContext, stored: string | null): Promise<KeyObject> {
  const aad = aadOf('acme.account_key', 1);
  let sealed = stored;
  if (sealed === null) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    sealed = await keepAcmeAccountKey(db, sealPrivateKey(sealing, aad, privateKey));
  }
  return openPrivateKey(sealing, aad, sealed);
}

export async function logOn(
  client: AcmeClient,
  { sealing }: ObtainContext,
  { settings, binding_key }: StoredAcme,
): Promise<void> {
  await client.logOn({
    contact: settings.contact,
    termsAgreed: settings.termsAgreed,
    binding:
      binding_key === null
        ? undefined
        : {
            keyId: settings.bindingKeyId,
            key: sealing.open(aadOf('acme.binding_key', 1), binding_key),
          },
  });
}

/** @param replaces see RFC 9773 §5 */
export async function obtain(
  client: AcmeClient,
  context: ObtainContext,
  {
    acme,
    names,
    replaces,
    signal,
  }: {
    readonly acme: StoredAcme;
    readonly names: readonly string[];
    readonly replaces: string | undefined;
    readonly signal: AbortSignal;
  },
): Promise<Obtained> {
  await logOn(client, context, acme);
  const { url, order } = await client.order(names, replaces);
  const { challenge: kind } = acme.settings;
  const byTls: Parameters<typeof proveByTls>[2][number][] = [];
  for (const at of order.authorizations) {
    const authorization = await client.authorization(at);
    if (authorization.status === 'valid') continue;
    // It becomes part of a command's environment.
    const { value } = authorization.identifier;
    if (!names.some((name) => name.replace(/^\*\./, '') === value))
      throw new AcmeFailure(
        text('acme.not-acme', { host: acme.settings.directory, detail: shortened(value) }),
      );
    const challenge = challengeOf(authorization, kind);
    if (kind === 'tls-alpn-01') byTls.push({ at, authorization, challenge });
    else await prove(client, context, { at, name: value, challenge, kind, signal });
  }
  const sleep = (milliseconds: number) => wait(milliseconds, undefined, { signal });
  await proveByTls(client, { ...context, sleep }, byTls, CHALLENGE_MILLISECONDS);
  const { pem, key } = await makeCertificateRequest({ keyType: acme.settings.keyType, names: [...names] });
  const answer = await client.finish(url, Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64'));
  return { chain: await examined(answer, { key, names, acme, now: context.now() }), key };
}

/** Longer than one validation takes; needed because a node that dies in the middle leaves the row behind. */
const CHALLENGE_MILLISECONDS = 600_000;

function challengeOf(
  { identifier, challenges }: Authorization,
  kind: AcmeSettings['challenge'],
): Authorization['challenges'][number] {
  const challenge = challenges.find(({ type }) => type === kind);
  if (!challenge) throw new AcmeFailure(text('acme.no-challenge', { name: identifier.value, kind }));
  return challenge;
}

async function prove(
  client: AcmeClient,
  { db, now, setDns }: ObtainContext,
  {
    at,
    name,
    challenge,
    kind,
    signal,
  }: {
    readonly at: string;
    readonly name: string;
    readonly challenge: Authorization['challenges'][number];
    readonly kind: 'http-01' | 'dns-01';
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const proof = client.keyAuthorization(challenge);
  if (kind === 'http-01') {
    const { token } = challenge;
    await insertAcmeChallenge(db, { token, answer: proof, expires_at: now() + CHALLENGE_MILLISECONDS });
    try {
      await client.validate(at, challenge, name);
    } finally {
      await deleteAcmeChallenge(db, token);
    }
    return;
  }
  if (!setDns) throw new AcmeFailure(text('acme.no-dns-command'));
  // RFC 8555 §8.4.
  const record = { name: `_acme-challenge.${name}`, value: hash('sha256', proof, 'base64url') };
  await setDns('add', record, signal);
  try {
    await client.validate(at, challenge, name);
  } finally {
    await setDns('remove', record, AbortSignal.timeout(MINUTE)).catch(() => {});
  }
}

/** Examined like an uploaded certificate, whatever the authority, or an impostor, sends. */
async function examined(
  pem: string,
  {
    key,
    names,
    acme: { settings },
    now,
  }: {
    readonly key: KeyObject;
    readonly names: readonly string[];
    readonly acme: StoredAcme;
    readonly now: number;
  },
): Promise<readonly X509Certificate[]> {
  const read = await readCertificate({ kind: 'pem', chain: pem.slice(0, 48 * 1024) });
  const chain = read.ok ? [...read.chain] : [];
  // A private authority leaves out its root, which no client of ours knows; so does the examination.
  const root = readChain(settings.authority).find((one) => {
    const last = chain.at(-1);
    return last?.checkIssued(one) && last.verify(one.publicKey) && last.fingerprint256 !== one.fingerprint256;
  });
  if (root) chain.push(root);
  const hosts = names.map((name) => name.replace(/^\*\./, 'any.'));
  const findings = read.ok
    ? examineCertificate(chain, key, { hosts, now, path: 'chain' }).filter(
        ({ code }) => code !== 'chain-incomplete',
      )
    : [read.finding];
  if (findings.length > 0)
    throw new AcmeFailure(text('acme.unusable', { findings: findings.map(findingText) }));
  return chain;
}
