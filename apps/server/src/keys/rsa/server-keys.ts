/** The RSA keys of the CT-KIP server: generated here, sealed in the database, opened into the decryptor when first needed. */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { changesOf } from '../../store/db/changes.ts';
import { kept } from '../../store/db/kept.ts';
import { findServerKey, insertServerKey, listServerKeys } from '../../store/keys/server-keys.ts';
import type { Connection, Database, Row } from '../../store/schema/schema.ts';
import { sealPrivateKey } from '../private-key.ts';
import { aadOf } from '../seal/sealed-columns.ts';
import type { Sealing } from '../seal/sealing.ts';
import type { RsaDecryptor } from './rsa.ts';

export type ServerKey = {
  readonly id: number;
  readonly bits: number;
  /** Minimal big-endian octets, the `k` of RFC 4758 §3.5. */
  readonly modulus: Uint8Array;
};

export type KeySize = 1024 | 2048 | 3072 | 4096;

export type ServerKeys = {
  /** The key to offer. */
  active(): Promise<ServerKey>;
  /** A key that a session names, ready for the decryptor; `undefined` if this deployment never had it. */
  find(id: number): Promise<ServerKey | undefined>;
};

const ACTIVE_AGE_MILLISECONDS = 10_000;

export function serverKeys(context: {
  readonly db: Database;
  readonly sealing: Sealing;
  readonly rsa: RsaDecryptor;
  /** Milliseconds of a monotonic clock. */
  monotonic(): number;
}): ServerKeys {
  const known = new Map<number, ServerKey>();
  const present = kept<ServerKey>(ACTIVE_AGE_MILLISECONDS, context.monotonic);
  changesOf(context.db).on(['server_keys'], present.forget);

  function take(row: Row<'server_keys'>): ServerKey {
    let key = known.get(row.id);
    if (!key) {
      key = { id: row.id, bits: row.bits, modulus: new Uint8Array(Buffer.from(row.modulus, 'base64')) };
      context.rsa.addKey(
        row.id,
        context.sealing.open(aadOf('server_keys.private_key', row.id), row.private_key),
      );
      known.set(row.id, key);
    }
    return key;
  }

  return {
    active: () =>
      present.get('', async () => {
        const row = (await listServerKeys(context.db)).find((candidate) => candidate.use === 'active');
        if (!row) throw new Error('there is no active server key');
        return take(row);
      }),
    async find(id) {
      const key = known.get(id);
      if (key) return key;
      const row = await findServerKey(context.db, id);
      return row && take(row);
    },
  };
}

/** Generates a key pair (tenths of a second to several seconds), to be stored with {@link storeServerKey}. */
export function generateServerKey(bits: KeySize): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  return promisify(generateKeyPair)('rsa', { modulusLength: bits, publicExponent: 0x10001 });
}

/** Makes the key the active one and retires the others, in the caller's transaction. */
export async function storeServerKey(
  db: Connection,
  sealing: Sealing,
  pair: { privateKey: KeyObject; publicKey: KeyObject },
  now: number,
): Promise<Row<'server_keys'>> {
  const rows = await listServerKeys(db);
  const id = Math.max(0, ...rows.map((row) => row.id)) + 1;
  const { n } = pair.publicKey.export({ format: 'jwk' }) as { n: string };
  const modulus = Buffer.from(n, 'base64url');
  return insertServerKey(db, {
    id,
    bits: modulus.length * 8,
    modulus: modulus.toString('base64'),
    private_key: sealPrivateKey(sealing, aadOf('server_keys.private_key', id), pair.privateKey),
    use: 'active',
    created_at: now,
  });
}
