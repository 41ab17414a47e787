/** The tables for policies and what they control, as the code sees them; part of schema.ts. */

import type { Generated } from 'kysely';
import type { KeyedHash, TokenKey } from './brands.ts';

export type PolicyTables = {
  /** A security domain's own policy. */
  policies: {
    domain_id: string;
    kind: 'token' | 'lockout' | 'emergency';
    /** JSON; fields that are missing take their defaults from packages/api/src/policies.ts. */
    body: string;
    version: number;
  };
  /** An authentication that is waiting for an answer. One row is one question; the answer that claims it deletes it. */
  attempts: {
    /** Keyed hash of its name, which the client has. */
    id_hash: KeyedHash;
    client: string;
    /** Ties it to the client's first request, beyond the client's name. */
    binding: Generated<string>;
    /** Canonical user ID. */
    user_key: string;
    token_id: TokenKey;
    /** The seed whose tokencode began it. */
    seed_id: string;
    challenge: 'next-tokencode' | 'new-pin' | 'new-pin-or-system' | 'system-pin' | 'passcode-with-new-pin';
    /** The interval or counter accepted last in this attempt. */
    position: number;
    /** The PIN generated for the user, until they accept it. */
    sealed_pin: string | null;
    /** PINs that were refused in this attempt. */
    tries: number;
    created_at: number;
    expires_at: number;
  };
  /** Earlier PINs of a token, so that they are not used again. */
  pin_history: { id: string; token_id: TokenKey; pin_hash: KeyedHash; set_at: number };
  /** What replaces a token that is not at hand. Using a one-time code deletes it. */
  emergency_codes: {
    id: string;
    token_id: TokenKey;
    kind: 'fixed' | 'one-time';
    code_hash: KeyedHash;
  };
  /** Rows that stand for users who do not exist; see decoy-counters.ts. */
  decoy_counters: { id: number; failures: number; padding: string };
};
