/**
 * Which certificate the listener presents: files given at startup take precedence over one stored in the database, and that over the
 * server's own. Every process notices a stored one and uses it without a restart; the own one is renewed without a restart too. Opens no
 * listener; `apply` passes it to one.
 */

import { HOUR } from '@sower/api/time';
import { changesOf } from '../../store/db/changes.ts';
import { findTlsCertificate, findTlsCertificateInUse } from '../../store/keys/tls-certificates.ts';
import type { Database } from '../../store/schema/schema.ts';
import { openPrivateKey, pemOfPrivateKey } from '../private-key.ts';
import { aadOf } from '../seal/sealed-columns.ts';
import type { Sealing } from '../seal/sealing.ts';
import type { CertificateFacts } from './certificate-view.ts';
import type { TlsMaterial } from './tls.ts';

const LOOK_MILLISECONDS = 15_000;
/** How often the own one is checked: it is renewed weeks before it expires. */
const OWN_MILLISECONDS = HOUR;

export type ServedCertificate = {
  /** What to present now; `undefined` for plain HTTP. */
  material(): TlsMaterial | undefined;
  facts(): CertificateFacts;
  /** Checks whether another one was chosen, as after choosing it here. */
  look(): Promise<void>;
  /** The source that the first one came from has another: a renewed file. */
  replaceGiven(material: TlsMaterial): void;
  /**
   * From now on, changes are noticed and passed on.
   * @param present what the listener began with
   */
  watch(present: TlsMaterial | undefined, apply: (material: TlsMaterial) => Promise<void>): void;
  stop(): void;
};

export function servedCertificate(context: {
  readonly db: Database;
  readonly sealing: Sealing;
  /** What the server was started with: files, its own, or neither. */
  readonly given: { readonly source: 'own' | 'files' | 'none'; readonly material: TlsMaterial | undefined };
  /** The own one, renewed when it is about to expire; perhaps by another process on the same folder. */
  readonly renewOwn?: () => Promise<TlsMaterial>;
  readonly now: () => number;
  readonly onProblem: (error: unknown) => void;
}): ServedCertificate {
  const { source } = context.given;
  let given = context.given.material;
  let stored: { readonly id: string; readonly material: TlsMaterial } | undefined;
  let apply: (material: TlsMaterial) => Promise<void> = async () => {};
  let timer: NodeJS.Timeout | undefined;
  let ownLookedAt = context.now();

  const material = (): TlsMaterial | undefined => (source === 'own' && stored ? stored.material : given);

  async function open(id: string): Promise<typeof stored> {
    const row = await findTlsCertificate(context.db, id);
    if (!row?.chain) return undefined;
    const aad = aadOf('tls_certificates.private_key', row.id);
    const key = openPrivateKey(context.sealing, aad, row.private_key);
    return { id, material: { cert: row.chain, key: pemOfPrivateKey(key) } };
  }

  /** Even while a stored one is presented: the own one is the fallback. */
  async function lookAtOwn(): Promise<void> {
    if (!context.renewOwn || Math.abs(context.now() - ownLookedAt) < OWN_MILLISECONDS) return;
    ownLookedAt = context.now();
    const next = await context.renewOwn();
    if (next.cert === given?.cert) return;
    if (!stored) await apply(next);
    given = next;
  }

  async function look(): Promise<void> {
    try {
      await lookAtOwn();
      const id = await findTlsCertificateInUse(context.db);
      if (id === stored?.id) return;
      const next = id === undefined ? undefined : await open(id);
      const present = next?.material ?? given;
      // Whatever fails here, the earlier one is still presented, and the next check tries again.
      if (source === 'own' && present) await apply(present);
      stored = next;
    } catch (error) {
      context.onProblem(error);
    }
  }

  return {
    material,
    facts: () => ({
      source: source === 'own' && stored ? 'stored' : source,
      pem: material()?.cert ?? '',
      overridden: source === 'files' && stored !== undefined,
    }),
    look,
    replaceGiven(next) {
      given = next;
      if (!(source === 'own' && stored)) apply(next).catch(context.onProblem);
    },
    watch(present, handOver) {
      apply = handOver;
      const now = material();
      if (now && now !== present) apply(now).catch(context.onProblem);
      changesOf(context.db).on(['tls_certificates'], () => void look());
      timer = setInterval(() => void look(), LOOK_MILLISECONDS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}
