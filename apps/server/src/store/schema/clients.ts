/** The tables of RADIUS clients and agents. */

import type { Generated } from 'kysely';
import type { KeyedHash, UserRow } from './brands.ts';
import type { Flag } from './flag.ts';

export type RadiusClientsTable = {
  id: string;
  name: string;
  name_key: string;
  /** Canonical CIDR range, such as `192.0.2.7/32`. */
  network: string;
  /** Sealed. */
  secret: string;
  message_authenticator: 'required' | 'optional';
  /** How it sends a password beside the passcode. */
  password: Generated<'none' | 'then-passcode' | 'with-passcode'>;
  /** Users may also enter the names that their source protects, not only the user ID. */
  other_names: Generated<Flag>;
  /** JSON: names and values as people write them. */
  reply_attributes: string;
  /** Path of the security domain whose users it may authenticate. */
  domain: string;
  /** SHA-256 fingerprint, hexadecimal: the client may use RadSec. */
  certificate: string | null;
  /** JSON: only users in one of these groups exist for it; none: all. */
  only_groups: Generated<string>;
  enabled: Flag;
  created_at: number;
  version: number;
};

export type AgentsTable = {
  id: string;
  name: string;
  name_key: string;
  key_hash: KeyedHash;
  /** Path of the security domain whose users it may authenticate. */
  domain: string;
  /** JSON: only users in one of these groups exist for it; none: all. */
  only_groups: Generated<string>;
  enabled: Flag;
  created_at: number;
  created_by: string;
  version: number;
};

/** Results of agents' attempts, for agents that ask for the status. */
export type AgentResultsTable = {
  attempt_hash: KeyedHash;
  /** `removed`: the agent requested it, and the attempt is unknown since. */
  result: 'accepted' | 'rejected' | 'cancelled' | 'removed';
  expires_at: number;
};

/** A password was shown, and the passcode is awaited. */
export type PasswordAttemptsTable = {
  /** Keyed hash of its name, which the client has. */
  id_hash: KeyedHash;
  client: string;
  binding: string;
  /** The name that was given, in canonical spelling. */
  user_key: string;
  /** The user whom it named; null if none. */
  user_row: UserRow | null;
  /** JSON, sealed: whether the password was right, and if not, why. */
  found: string;
  expires_at: number;
};
