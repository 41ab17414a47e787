/** The tables that policies brought, as the code sees them; part of schema.ts. */
import type { Generated } from 'kysely';

/** A policy that a security domain has of its own. */
export type PoliciesTable = {
  domain_id: string;
  kind: 'token' | 'lockout' | 'emergency';
  /** JSON; what it does not say is as packages/api/src/policies.ts has it. */
  body: string;
  version: number;
};

/** An authentication that waits for an answer. One row is one question: it is deleted by the answer that gets it. */
export type AttemptsTable = {
  /** Keyed hash of what names it to the client. */
  id_hash: string;
  client: string;
  /** Ties it to the client's first request, beyond the client's name. */
  binding: Generated<string>;
  /** Canonical user id. */
  user_key: string;
  token_id: string;
  /** The seed whose tokencode began it. */
  seed_id: string;
  challenge: 'next-tokencode' | 'new-pin' | 'new-pin-or-system' | 'system-pin' | 'passcode-with-new-pin';
  /** The interval or counter accepted last in this attempt. */
  position: number;
  /** The PIN made for the user, until they take it. */
  sealed_pin: string | null;
  /** PINs that were refused in this attempt. */
  tries: number;
  created_at: number;
  expires_at: number;
};

/** PINs that a token had, so that they are not taken again. */
export type PinHistoryTable = { id: string; token_id: string; pin_hash: string; set_at: number };

/** What stands in for a token that is not at hand. A one-time code is deleted by its use. */
export type EmergencyCodesTable = {
  id: string;
  token_id: string;
  kind: 'fixed' | 'one-time';
  code_hash: string;
};

/** Rows that stand for users who do not exist; see store/nobody. */
export type DecoyCountersTable = { id: number; failures: number; padding: string };
