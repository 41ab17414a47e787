/** The tables of identity sources; schema.ts has them all. */

import type { ConflictChoice, EntryAction } from '@sower/api/identity-sources';
import type { Generated } from 'kysely';
import type { Flag, UserRow } from './brands.ts';
import type { SavedColumns, StarterColumns } from './jobs.ts';

/** The state of an entry in the directory. `gone`: a complete search did not find it. */
export type SourceState = 'active' | 'disabled' | 'expired' | 'locked' | 'gone';

export type SourceTables = {
  identity_sources: SavedColumns & {
    kind: 'active-directory' | 'openldap' | '389ds' | 'freeipa' | 'generic';
    /** Its place among the sources. */
    position: number;
    enabled: Flag;
    /** Path of the security domain in which its users are put. */
    domain: string;
    /** JSON: connection, search, mapping, and so on. */
    settings: string;
    /** Sealed. */
    password: string | null;
    mark: string | null;
    /** When it runs next; null: on demand. */
    due_at: number | null;
    /** When the last run that read everything ended. */
    full_at: number | null;
    /** Up to where changes were read: JSON. */
    watermark: string | null;
    /** When a run last succeeded. */
    good_at: Generated<number | null>;
    /** Why the last run did not, or waits for an administrator: JSON, key and values; null once one succeeds. */
    trouble: Generated<string | null>;
    trouble_at: Generated<number | null>;
    /** When the first of the certificates of its servers expires, as the last run or test has seen; null: none was presented. */
    certificate_until: Generated<number | null>;
  };
  /** A run of a source: the part of its job that no other kind has. */
  source_runs: {
    job_id: string;
    source_id: string;
    mode: 'full' | 'delta';
    /** It waits, even if nothing stops it. */
    preview: Flag;
    /** `absent` and `compare`: by an earlier version. */
    stage: 'read' | 'gone' | 'absent' | 'compare' | 'claims' | 'conflicts' | 'ready';
    /** Where the stage continues. */
    after: Generated<string>;
    /** How often everything was read again. */
    restarts: Generated<number>;
    /** Entries that were read. */
    read: Generated<number>;
    /** JSON: how many findings of each action. */
    counts: Generated<string>;
    /** Users that it would disable. */
    disables: Generated<number>;
    /** It changes more than may be changed without anyone looking. */
    stopped: Generated<Flag>;
    /** JSON: how many users, by kind of change. */
    changes: Generated<string>;
    /** JSON: the kinds that exceed their bounds. */
    exceeds: Generated<string>;
    watermark: string | null;
    /** Version of the source whose settings it was read with. */
    source_version: number;
    compared_at: number | null;
  };
  /** An entry as it was read, and what it changes about a user. */
  source_entries: {
    job_id: string;
    position: number;
    /** Null: not usable as a key. */
    source_key: string | null;
    /** Distinguished name. */
    name: string;
    user_id: string;
    user_id_key: string;
    first_name: string;
    last_name: string;
    email: string;
    telephone: string;
    /** For mail and letters; null: the entry has none. */
    language: Generated<string | null>;
    /** PEM, for encrypted mail; null: the entry has none that can be used. */
    certificate: Generated<string | null>;
    /** JSON. */
    log_on_names: string;
    /** JSON: those of them that their owner cannot write. */
    protected_names: Generated<string>;
    state: SourceState;
    /** Path of the security domain that a rule puts it in; null: no rule decides. */
    domain: string | null;
    /** JSON: the groups of rules and clients that it is in, in their order. */
    in_groups: Generated<string>;
    /** Of an entry whose groups may give roles: anyone who can write here cannot make an administrator. */
    mark: string | null;
    /** Why it is refused or in conflict: JSON, key and values. */
    text: string | null;
    /** Null: nothing changes. */
    action: EntryAction | null;
    /** JSON: what changes, by field, before and after. */
    changes: string | null;
    /** The canonical user ID that a user gets from it. */
    claim: string | null;
    /** In which order it is done; null: not at all. */
    rank: number | null;
    /** Of users who exchange their IDs among themselves, the first position of them: all are done at once, or none. */
    circle: Generated<number | null>;
    /** Row of the user, and its version when it was compared. */
    target: UserRow | null;
    target_version: number | null;
    /** It disables the user. */
    disables: Generated<Flag>;
    result: 'done' | 'left-out' | null;
  };
  /** An entry in conflict after the last run that was applied, and the user ID that it has in the directory. */
  contested_user_ids: {
    source_id: string;
    source_key: string;
    user_id: string;
    user_id_key: string;
  };
  /**
   * What an administrator has chosen for an entry in conflict; it holds until another choice is made, or for a link, until the link is made.
   */
  source_choices: StarterColumns & {
    source_id: string;
    source_key: string;
    choice: ConflictChoice;
    /** Row of the user that it becomes; only of links, and each user is promised to one entry. */
    user_row: UserRow | null;
    /** The suffix that the user ID gets; empty unless it is qualified. */
    suffix: string;
    /** Of the entry, and its distinguished name, as they were. */
    user_id: string;
    name: string;
    chosen_at: number;
  };
  /** Directory passwords that were tried since a right one. */
  directory_tries: {
    source_id: string;
    source_key: string;
    tries: number;
    last_at: number;
  };
  /** The same, by address: one address leaves some for the others. */
  directory_try_addresses: {
    source_id: string;
    source_key: string;
    address: string;
    tries: number;
    last_at: number;
  };
  /** A user is in a group, as the last run has seen it; the name as `keptName` writes it. */
  user_groups: { user_id: UserRow; name: string };
  /** Other names that a user can log on with, folded. */
  user_names: {
    name_key: string;
    user_id: UserRow;
    /** From an attribute that its owner cannot write. */
    protected: Generated<number>;
    /** When the user got it: of several users, the first one has it. */
    since: Generated<number>;
  };
};
