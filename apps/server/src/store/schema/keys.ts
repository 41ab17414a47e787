/** The tables of data keys, and of certificates by ACME; schema.ts has them all. */

import type { Generated } from 'kysely';
import type { StoredKey } from '../../keys/seal/key-ring.ts';
import type { Flag } from './brands.ts';

export type KeyTables = {
  data_keys: StoredKey & {
    /** How far stored values have been sealed again: JSON. */
    progress: string | null;
  };
  /** A data key, encrypted by a master key. */
  key_wraps: { data_key: number; master: string; wrapped: string };
  /** Processes that run while a data key replaces another, and what each has learned of it. */
  key_holders: {
    process: string;
    host: string;
    /** Grows as long as the process lives. */
    beat: number;
    /** The newest data key that it can open. */
    knows: number;
    /** The one that it seals under. */
    uses: number;
    /** Name of the master key that it would start with. */
    master: string;
  };
  /** One row, whose `id` is 1. */
  acme: {
    id: number;
    /** JSON; what is missing has its default. */
    settings: string;
    /** The next two are in the settings too: only a node that can do it takes the lease. */
    enabled: Flag;
    by_dns: Flag;
    /** Key of the external account binding, sealed. */
    binding_key: string | null;
    /** PKCS#8 DER, sealed; made at the first order. */
    account_key: string | null;
    /** 1: order now, and use the result whatever is used now. */
    wanted: Flag;
    /** The certificate that was put into use last. */
    certificate_id: string | null;
    /** When a node checks again. */
    next_at: number;
    /** When the certificate is to be renewed, as far as is known. */
    renew_at: number | null;
    /** Anyone who has it works on it; a change of the settings takes it away. */
    lease: string | null;
    lease_until: number | null;
    /** In a row. */
    failures: number;
    failed_at: number | null;
    reason: string | null;
    text: string | null;
    version: Generated<number>;
  };
  /** What this server answers to an authority while it validates (RFC 8555 §8.3); nothing secret. */
  acme_challenges: { token: string; answer: string; expires_at: number };
};
