/**
 * The tables, as the code sees them. Only portable columns: IDs and sealed values are text, times are epoch milliseconds, flags are 0 or 1,
 * structures are JSON text. The migrations create exactly these.
 */

import type { ProfileSettings } from '@sower/api/profiles';
import type { TokenKind } from '@sower/api/tokens';
import type { OtpHash } from '@sower/otp/hotp';
import type { Generated, Insertable, Kysely, Selectable, Transaction } from 'kysely';
import type { Flag, KeyedHash, NamedColumns, Serial, TokenKey, UserName, UserRow } from './brands.ts';
import type { ClientTables } from './clients.ts';
import type { JobTables } from './jobs.ts';
import type { KeyTables } from './keys.ts';
import type { MailTables } from './mail.ts';
import type { PolicyTables } from './policies.ts';
import type { RequestTables } from './requests.ts';
import type { SourceState, SourceTables } from './sources.ts';

type ProfileColumns = typeof PROFILE_COLUMNS;

/** The columns of what a profile sets. */
export const PROFILE_COLUMNS = {
  delivery: 'delivery',
  algorithm: 'algorithm',
  digits: 'digits',
  interval: 'interval_seconds',
  authenticationType: 'authentication_type',
  codeExpiry: 'code_expiry',
} as const satisfies Record<keyof ProfileSettings, string>;

/** `expired` is not stored: it is `issued` or `opened` past expires_at. */
export type StoredDistributionState =
  | 'issued'
  | 'opened'
  | 'provisioned'
  | 'confirmed'
  | 'withdrawn'
  | 'failed';

/** Made with the master key, over what the row permits; see marks.ts. */
type Mark = string | null;

/** What the other files of this folder do not have. */
type CoreTables = {
  /** Wrong activation codes that a process has counted; see provisioning/distribution/guess-watch.ts. */
  guess_reports: {
    /** Created when the process starts. */
    node: string;
    at: number;
    /** JSON: pairs of a source and its missing tokens. */
    missing: string;
  };
  users: {
    id: UserRow;
    user_id: UserName;
    /** Canonical form of user_id: used for uniqueness and counters. */
    user_id_key: string;
    first_name: string;
    last_name: string;
    email: string;
    /** Folded, for searching by prefix. */
    last_name_key: string;
    email_key: string;
    enabled: Flag;
    /** Path of the security domain. */
    domain: string;
    /** Wrong passcodes over all tokens since `failures_since`. */
    failures: Generated<number>;
    failures_since: number | null;
    /** How many locks followed each other closely: each is longer. */
    locks: Generated<number>;
    locked_until: number | null;
    /** Grows with every wrong passcode that is counted, for the user or one of their tokens. */
    guess_version: Generated<number>;
    /** The directory that the user comes from, and what is there. */
    source_id: Generated<string | null>;
    /** Never changes, whatever else of the entry does. */
    source_key: Generated<string | null>;
    /** Distinguished name at the last run. */
    source_name: Generated<string | null>;
    source_state: Generated<SourceState | null>;
    /** Since when it is in that state. */
    source_since: Generated<number | null>;
    /** Disabled only because the directory says so: enabled again when it no longer does. */
    disabled_by_source: Generated<Flag>;
    /** When access ends; null: no date. */
    leaves_at: Generated<number | null>;
    /** When that was carried out, and the user disabled for it; null: not yet. */
    left_at: Generated<number | null>;
    telephone: Generated<string>;
    created_at: number;
    version: number;
  };
  /** Derived from users and their names, so no part of a backup. */
  user_words: {
    id: Generated<number>;
    user_id: UserRow;
    /** As of the user, when the words were folded: what is found is sorted by it. */
    user_id_key: Generated<string>;
    /** Folded, between spaces; null: to be folded. */
    words: string | null;
  };
  /** For the Self-Service Console; separate from users, so that reading a user does not load it. */
  user_passwords: {
    user_id: UserRow;
    password_hash: string;
    /** Another one must be chosen at the next logon. */
    must_change: Flag;
    set_at: number;
  };
  user_sessions: {
    id_hash: KeyedHash;
    user_id: UserRow;
    /** `passcode`: the user has shown a token. */
    method: 'password' | 'passcode' | 'emergency';
    created_at: number;
    last_seen_at: number;
    expires_at: number;
    /** Where it was opened. */
    source: string | null;
    user_agent: string | null;
  };
  /** An administrator lets a user who has a token activate another without a passcode. */
  activation_windows: {
    user_id: UserRow;
    /** The only distribution it is for; empty if it is for any. */
    only_for: string;
    opened_at: number;
    opened_by: string;
    expires_at: number;
    /** The distribution it was used for. */
    used_for: string | null;
  };
  /** Only imported definitions; built-in ones are files. */
  device_types: { id: string; definition: string; created_at: number; version: number };
  token_profiles: NamedColumns & {
    device_type: string;
  } & { [Name in keyof ProfileColumns as ProfileColumns[Name]]: ProfileSettings[Name] };
  tokens: {
    id: TokenKey;
    serial: Serial;
    /** Path of the security domain. */
    domain: string;
    user_id: UserRow | null;
    enabled: Flag;
    /** Reported lost: not accepted until it is found. */
    lost: Flag;
    /** `YYYY-MM-DD`, usable through the end of that day. */
    expires_on: string;
    /** Sealed. */
    pin: string | null;
    pin_set_at: number | null;
    /** The user has to choose a new PIN at the next use. */
    pin_change: Generated<Flag>;
    /** When emergency access ends, and what happens to a tokencode of the token meanwhile. */
    emergency_until: number | null;
    emergency_return: 'end' | 'after' | 'deny' | null;
    /** Wrong passcodes in a row. */
    failures: number;
    last_failure_at: number | null;
    /** Whether it was ever distributed. */
    distributed: Generated<Flag>;
    /** The rule that gave it to its user, who may have been given it again since. */
    rule_id: string | null;
    /** The seed of a hardware token came with it: none is distributed to it, and it stays when the token is unassigned. */
    kind: Generated<TokenKind>;
    maker: Generated<string>;
    form_factor: Generated<string>;
    label: Generated<string>;
    /** Name of the import that it came by; null: minted here. */
    batch: string | null;
    /** The last day of a loan, and the serial number of the user's own token that is disabled meanwhile. */
    lent_until: string | null;
    lent_instead: string | null;
    created_at: number;
    version: number;
  };
  /** A token waiting to replace another of the same user, until its first passcode is accepted. */
  replacements: {
    token_id: TokenKey;
    replaced_id: TokenKey;
    /** What happens to the replaced one. */
    afterwards: 'unassign' | 'delete';
    created_at: number;
    created_by: string;
  };
  seeds: {
    id: string;
    token_id: TokenKey;
    /** Null: it came in a file. */
    distribution_id: string | null;
    /** `pending` until its first tokencode is accepted; that deletes what the token had before. */
    state: 'current' | 'pending';
    algorithm: 'securid' | 'totp' | 'hotp';
    /** Of HOTP and TOTP. */
    hash: Generated<OtpHash>;
    digits: 6 | 7 | 8;
    /** 10 to 600; of SecurID 30 or 60. Of HOTP it means nothing. */
    interval_seconds: number;
    authentication_type: 'pinpad' | 'fob' | 'tokencode';
    /** KeyID as sent to the client, base64. */
    key_id: string;
    sealed: string;
    /** Last accepted interval or counter, or -1. Only ever grows. */
    position: number;
    /** How many intervals the device's clock is ahead. */
    drift: number;
    last_accepted_at: number | null;
    /** Interval of the last accepted approval, see otp/approval. Only ever grows. */
    approved: Generated<number>;
    created_at: number;
  };
  distributions: {
    id: string;
    token_id: TokenKey;
    user_id: UserRow;
    profile_id: string;
    /** For searching; the snapshot has the rest. */
    profile_name: string;
    device_type: string;
    /** The profile and the relevant parts of its device type, as they were: JSON, see provisioning/distribution/snapshot.ts. */
    snapshot: string;
    delivery: 'url' | 'qr';
    /** Keyed hash; null until a QR code is requested. */
    code_hash: KeyedHash | null;
    device_kind: 'class' | 'id' | 'any';
    device_id: string | null;
    nickname: string;
    state: StoredDistributionState;
    /** Last failure, for the administrator. */
    reason: string | null;
    /** The same as JSON: key and values. */
    text: string | null;
    /** Failed runs by someone who has the code. */
    attempts: number;
    /** Counts the codes of a QR distribution, each requested by the user. */
    code_number: Generated<number>;
    /** How often the code was sent again after it was used, up to a limit. */
    reuses: Generated<number>;
    reused_at: number | null;
    created_at: number;
    created_by: string;
    expires_at: number | null;
    trigger_hash: KeyedHash | null;
    trigger_expires_at: number | null;
    /** The device that the client asserted when it requested the trigger; later messages cannot carry it. */
    trigger_device_id: string | null;
    seen_device_id: string | null;
    /** The ServerFinished, to send it again for the byte-identical ClientNonce. */
    reply_hash: string | null;
    reply: string | null;
    reply_until: number | null;
    /** The token's; it never changes, so it can be stored here for the order of lists. */
    serial: Generated<string>;
    /** Whether no later distribution of the token exists. */
    latest: Generated<Flag>;
    /** The job that created it. */
    job_id: string | null;
  };
  distribution_events: {
    id: string;
    distribution_id: string;
    state: StoredDistributionState;
    at: number;
    source: string | null;
    device_id: string | null;
    reason: string | null;
    /** The same as JSON: key and values. */
    text: string | null;
  };
  audit: {
    id: string;
    at: number;
    actor: string;
    action: string;
    object: string;
    result: 'success' | 'refused' | 'failure';
    reason: string | null;
    /** The same as JSON: key and values. */
    text: string | null;
    source: string | null;
    /** Keyed hash of the row, made when it was written; null in rows from before marks existed. */
    mark: string | null;
    /** ID of the request that led to it; null if there was none. Not covered by the mark. */
    request: string | null;
  };
  idempotency_keys: {
    /** Hash of caller, operation and key. */
    id: string;
    /** Of the request, keyed by the key. */
    fingerprint: string;
    state: 'running' | 'done';
    expires_at: number;
  };
  /** What RADIUS clients report about sessions: read as rows of the audit trail, but outside its chain. */
  radius_accounting: {
    id: string;
    at: number;
    actor: string;
    object: string;
    reason: string;
    /** As in the trail; null in rows from before it. */
    text: string | null;
    source: string | null;
  };
  /** An audit row that is not in the chain yet; deleted when it is. */
  audit_unlinked: {
    audit_id: string;
  };
  /** The chain over the audit trail, written a moment after the rows it covers; see audit/chain.ts. */
  audit_chain: {
    seq: number;
    audit_id: string;
    /** SHA-256 over the previous hash and the row, hexadecimal: anyone can check it. */
    hash: string;
    /** Keyed hash of it: only the holder of the master key can make it. */
    mac: string;
  };
  /** Where the beginning of the chain was cut off; see audit/start.ts. */
  audit_cuts: {
    /** The last link that was cut off. */
    seq: number;
    /** Its hash: the next one builds on it. */
    hash: string;
    /** How many rows went with this cut, and their times. */
    rows: number;
    first_at: number;
    last_at: number;
    cut_at: number;
    /** Name of the file that has them, and its hash, hexadecimal; null if none was made. */
    archive: string | null;
    sha256: string | null;
    /** Keyed hash over all of it. */
    mac: string;
  };
  administrators: {
    id: string;
    user_name: string;
    user_name_key: string;
    password_hash: string;
    enabled: Flag;
    /** The user whose token must be shown after the password. */
    token_user_id: UserRow | null;
    /** Passkeys that were added and not removed. */
    passkey_count: number;
    created_at: number;
    version: number;
    /** Someone else set the password: a session that it opens can only change it. */
    must_change_password: Generated<Flag>;
    /** When it was set; null for one that opens a session however old it is. */
    password_given_at: number | null;
    /** Whose directory password is theirs: an entry of an identity source, by its key. */
    source_id: Generated<string | null>;
    source_key: Generated<string | null>;
    /** Null: no mail is sent to them. */
    mail: Generated<string | null>;
    mark: Mark;
  };
  /** WebAuthn credentials of administrators. */
  passkeys: {
    /** Credential id, base64url. */
    id: string;
    administrator_id: string;
    name: string;
    /** COSE, base64url. */
    public_key: string;
    /** The authenticator's last count; 0 for those that do not count. */
    counter: number;
    transports: string;
    created_at: number;
    last_used_at: number | null;
    mark: Mark;
  };
  /** Challenges that were answered, until they would have expired anyway: none is answered twice. */
  answered_challenges: { challenge_hash: KeyedHash; expires_at: number };
  /** A tree. The path contains the IDs from the top down and never changes, so "in or below" is one comparison. */
  security_domains: NamedColumns & {
    path: string;
    parent_id: string | null;
  };
  /** Custom roles; built-in ones are in packages/api/src/roles.ts. */
  roles: NamedColumns & {
    description: string;
    permissions: string;
    mark: Mark;
  };
  /** A role of an administrator in a security domain and those below it. */
  role_grants: {
    administrator_id: string;
    role_id: string;
    domain_id: string;
    /** The identity source by whose groups it was given; null: by hand. */
    source_id: string | null;
    mark: Mark;
  };
  sessions: {
    id_hash: KeyedHash;
    administrator_id: string;
    created_at: number;
    last_seen_at: number;
    expires_at: number;
    /** When the administrator last proved their identity, in this session. */
    proved_at: Generated<number>;
    /** Whether that proof included a second factor. */
    second_factor: Generated<Flag>;
    /** Whether it was opened by password, rather than by passkey. */
    by_password: Generated<Flag>;
    /** Where it was opened. */
    source: string | null;
    user_agent: string | null;
    mark: Mark;
  };
  api_keys: {
    id: string;
    name: string;
    key_hash: KeyedHash;
    permissions: string;
    /** Path of the security domain it works in. */
    domain: string;
    created_at: number;
    created_by: string;
    expires_at: number | null;
    /** Row of the administrator whose rights limit it, who may be gone; null for one that came from the server host. */
    owner_id: string | null;
    owner_name: string | null;
    mark: Mark;
  };
  server_keys: {
    id: number;
    bits: number;
    /** Base64 of the minimal big-endian modulus. */
    modulus: string;
    /** PKCS#8 DER, sealed. */
    private_key: string;
    use: 'active' | 'retired';
    created_at: number;
  };
  transfer_keys: {
    id: number;
    /** PKCS#8 DER, sealed. */
    private_key: string;
    created_at: number;
  };
  alerts: {
    /** The kind and what it is about, `kind:name`. */
    id: string;
    /** JSON: key and values. */
    text: string;
    raised_at: number;
    /** When it was last found to be so. */
    seen_at: number;
  };
  /** A destination that the audit trail is forwarded to. */
  audit_forwards: {
    /** The destination, without anything secret. */
    id: string;
    /** The last link of the chain that arrived. */
    seq: number;
    /** When a process last said that it sends there. */
    seen_at: number;
    sent_at: Generated<number | null>;
    next_at: number;
    lease: Generated<string | null>;
    lease_until: Generated<number | null>;
    failures: number;
    failed_at: Generated<number | null>;
    reason: Generated<string | null>;
    text: Generated<string | null>;
    /** Rows that it refused individually. */
    set_aside: Generated<number>;
    /** The last of them. */
    set_aside_link: Generated<number | null>;
    set_aside_at: Generated<number | null>;
  };
  /** TLS certificates and requests for them. */
  tls_certificates: {
    id: string;
    /** From the request; for an uploaded one, from the certificate. */
    subject: string;
    /** JSON list. */
    names: string;
    /** PKCS#10 in PEM; null for an uploaded one. */
    request: string | null;
    /** PEM, leaf first; null while the request waits for its answer. */
    chain: string | null;
    /** PKCS#8 DER, sealed. */
    private_key: string;
    /** SHA-256 of the public key: finds the key that an answer belongs to. */
    public_key_hash: string;
    /** At most one is 1. */
    in_use: Flag;
    created_at: number;
    created_by: string;
    /** The ACME directory it comes from; null for any other. */
    directory: Generated<string | null>;
    revoked_at: Generated<number | null>;
  };
  /** One row. */
  installation: {
    id: 1;
    /** A constant sealed with the master key: distinguishes a wrong key from a broken database. */
    key_check: string;
    next_serial: number;
    settings: string;
    settings_version: number;
    created_at: number;
    /** The end of the audit chain, with a keyed hash: `seq.hash.at.mac`. */
    audit_head: string | null;
    /** Of PostgreSQL, up to which it is settled what a promotion may have lost; null: not known yet. */
    timeline: number | null;
    /** On this timeline, commits wait for a standby. */
    commits_awaited: Generated<Flag>;
    /** The last timeline that may have begun without some commits of the one before. */
    lossy_timeline: number | null;
  };
  heartbeats: {
    process: string;
    at: number;
    filler: string;
  };
  /** Counts by hour and by day; see audit/figures/roll-up.ts and counts.ts. Those of a domain include the domains below it. */
  figures: {
    kind: 'log-on' | 'reason' | 'client' | 'funnel' | 'token' | 'expiry' | 'mail' | 'run' | 'node';
    grain: 'hour' | 'day';
    /** Path. */
    domain: string;
    /** When the hour or day begins. */
    at: number;
    name: string;
    outcome: string;
    count: number;
  };
  /** How far figures have been added up: `audit`, the last link; `tokens`, when they were last counted; of a node, the last minute. */
  figure_cursors: { id: string; position: number; at: number };
  nodes: {
    id: string;
    host: string;
    /** As the system of that host numbers it. */
    process: number;
    version: string;
    started_at: number;
    seen_at: number;
    /** Milliseconds that the clock of its host is ahead of that of the database. */
    ahead: number;
    /** Why it is not ready, in English; `text` as a text of the catalogue. */
    reason: string | null;
    text: string | null;
  };
};

export type Schema = CoreTables &
  ClientTables &
  JobTables &
  KeyTables &
  MailTables &
  PolicyTables &
  RequestTables &
  SourceTables;

export type Database = Kysely<Schema>;
/** Inside a transaction or outside: store functions accept either. */
export type Connection = Kysely<Schema> | Transaction<Schema>;
export type Row<T extends keyof Schema> = Selectable<Schema[T]>;
export type NewRow<T extends keyof Schema> = Insertable<Schema[T]>;
