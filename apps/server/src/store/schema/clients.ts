/** The tables of RADIUS clients and agents. */

import type { AgentKind } from '@sower/api/agents';
import type { Lesson } from '@sower/api/coexistences';
import type { Generated } from 'kysely';
import type { Flag, KeyedHash, NamedColumns, UserRow } from './brands.ts';

export type ClientTables = {
  radius_clients: NamedColumns & {
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
  };
  agents: NamedColumns & {
    key_hash: KeyedHash;
    /** Path of the security domain whose users it may authenticate. */
    domain: string;
    /** JSON: only users in one of these groups exist for it; none: all. */
    only_groups: Generated<string>;
    /** Which shape it speaks. */
    kind: Generated<AgentKind>;
    /** JSON: canonical CIDR ranges that it may call from; none: any. */
    networks: Generated<string>;
    /** JSON: realms, each with the path of the security domain that it stands for. */
    realms: Generated<string>;
    /** JSON. */
    rights: Generated<string>;
    /** About when it last called, and what it said it was: written once a minute at most. */
    last_seen_at: number | null;
    user_agent: string | null;
    /** It came with a shared credential, and no administrator had added it. */
    registered_itself: Generated<Flag>;
    enabled: Flag;
    created_by: string;
  };
  /** Credentials that the agents of the authentication API may share. */
  agent_credentials: {
    id: string;
    access_id: string;
    key_hash: KeyedHash;
    /** Sealed. */
    access_key: string;
    note: string;
    /** To be replaced. */
    deprecated: Flag;
    created_at: number;
    created_by: string;
    version: number;
  };
  /** Which agents have used one, and about when last: written once a minute at most. */
  agent_credential_uses: {
    credential_id: string;
    agent_id: string;
    last_used_at: number;
  };
  /** Results of agents' attempts, for agents that ask for the status. */
  agent_results: {
    attempt_hash: KeyedHash;
    /** `removed`: the agent requested it, and the attempt is unknown since. */
    result: 'accepted' | 'rejected' | 'cancelled' | 'removed';
    expires_at: number;
  };
  /** A password was shown, and the passcode is awaited. */
  password_attempts: {
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
  /** Old RADIUS servers that users are forwarded to until they have moved. */
  coexistences: NamedColumns & {
    /** JSON: addresses with ports, in the order in which they are asked. */
    servers: string;
    /** Sealed: what all of them share with this server. */
    secret: string;
    timeout_seconds: number;
    /** `YYYY-MM-DD`, the last day. */
    ends_on: string;
    /** Path of the security domain whose users are forwarded. */
    domain: string;
    /** Null: what every RADIUS client sends. */
    client_id: string | null;
    enabled: Flag;
  };
  /** A challenge of an old server that waits for its answer. */
  forwarded_challenges: {
    /** Keyed hash of the State that the client has. */
    id_hash: KeyedHash;
    coexistence_id: string;
    /** Which server asked: the answer goes to the same one. */
    server: string;
    /** The RADIUS client that has it. */
    binding: string;
    user_key: string;
    /** Sealed: the State of the old server. */
    state: string;
    expires_at: number;
  };
  /** What the last passcode of a user that an old server accepted has taught. */
  coexistence_users: {
    /** Canonical user ID: the user may not exist here. */
    user_key: string;
    user_name: string;
    lesson: Lesson;
    /** JSON: the serial numbers of the tokens that it is about. */
    serials: string;
    /** JSON: the seeds that matched, each with the interval or counter. */
    matches: string;
    at: number;
  };
};
