/** The tables of jobs; schema.ts has them all. */

import type { JobKindName } from '@sower/api/jobs';
import type { ScheduleKind } from '@sower/api/schedules';
import type { Generated } from 'kysely';
import type { NamedColumns, TokenKey, UserRow } from './brands.ts';

export type StoredJobState =
  /** Its rows are being written; no one works on it yet. */
  'collecting' | 'queued' | 'running' | 'waiting' | 'paused' | 'cancelled' | 'done' | 'failed';

/** Whose rights it has: read again ten times a second by a job, and at each run by a rule, a report and a source. */
export type StarterColumns = {
  actor_kind: 'administrator' | 'api-key';
  actor_id: string;
  actor_name: string;
};
/** What somebody has saved under a name, with their rights. */
export type SavedColumns = NamedColumns & StarterColumns;

export type JobTables = {
  jobs: StarterColumns & {
    id: string;
    source: string | null;
    kind: JobKindName;
    name: string;
    /** JSON: the request. It never changes, and the mark covers it. */
    input: string;
    /** The job that this one is about. */
    about: string | null;
    mark: string | null;
    state: StoredJobState;
    /** When a person or the last batch put it there; null: when it was created. */
    state_since: number | null;
    phase: 'check' | 'work';
    total: Generated<number>;
    /** Position of the first row that the next batch looks at. */
    position: Generated<number>;
    done: Generated<number>;
    left_out: Generated<number>;
    failed: Generated<number>;
    /** Milliseconds spent in the batches of this phase. */
    busy: Generated<number>;
    /** Batches in a row that threw. */
    attempts: Generated<number>;
    lease: string | null;
    lease_until: number | null;
    /** Why it ended. */
    reason: string | null;
    text: string | null;
    codes: Generated<'none' | 'ready' | 'taken'>;
    created_at: number;
    /** No node begins before; null: at once. */
    begin_at: number | null;
    ended_at: number | null;
    /** The rule that made it. */
    rule_id: string | null;
  };
  distribution_rules: SavedColumns & {
    source: string | null;
    /** Path of the security domain. */
    domain: string;
    /** JSON: the other fields. */
    input: string;
    enabled: number;
    mark: string | null;
    last_run_at: number | null;
    /** Why it was stopped. */
    reason: string | null;
    text: string | null;
  };
  /** When is among the schedules. */
  saved_reports: SavedColumns & {
    source: string | null;
    /** JSON: the other fields. */
    input: string;
    mark: string | null;
    last_run_at: number | null;
    /** Why the last run mailed nothing. */
    reason: string | null;
    text: string | null;
  };
  schedules: {
    /** The kind, and what it is about, if anything. */
    id: string;
    kind: ScheduleKind;
    /** ID of what it is about. */
    about: string | null;
    /** Five fields: minute, hour, day of the month, month, day of the week. */
    cron: string;
    time_zone: string;
    next_at: number;
    last_at: number | null;
    /** Its first failure since it was last done. */
    failed_since: Generated<number | null>;
    version: number;
  };
  backups: {
    id: string;
    /** Of the file. */
    name: string;
    state: 'running' | 'done' | 'failed';
    begun_at: number;
    /** An actor's name. */
    begun_by: string;
    seen_at: number;
    ended_at: number | null;
    rows: number;
    /** Octets of the file, and its hash, hexadecimal. */
    size: number | null;
    sha256: string | null;
    /** Known to anyone who has opened the file. */
    proof: string | null;
    /** Why it failed: JSON, key and values. */
    text: string | null;
    /** When one was restored somewhere to see whether it can be. */
    verified_at: number | null;
    /** When its file was deleted, to make room. */
    removed_at: number | null;
  };
  /** Tokens that a rule gave, whose user has left. */
  rule_leavers: {
    token_id: TokenKey;
    rule_id: string;
    /** Row of the user who has left: a later holder of the token is someone else. */
    user_id: UserRow;
    since: number;
  };
  job_rows: {
    job_id: string;
    /** From 0. */
    position: number;
    /** As given. */
    subject: string;
    /** Canonical: used for lookups. */
    key: string;
    device_id: string | null;
    nickname: string | null;
    /** Lines of a postal address, for letters. */
    address: string | null;
    state: 'new' | 'ready' | 'left-out' | 'done' | 'failed' | 'undone' | 'kept';
    /** Why: JSON, key and values. */
    text: string | null;
    /**
     * Row of the user that was found during the check, or when an action on many was made: someone who gets the user ID later is another user.
     */
    target: UserRow | null;
    /** Log-on name of that user. */
    user_id: string | null;
    /** Of an action on many: what had the serial number when the job was made. */
    token_id: TokenKey | null;
    serial: string | null;
    /** Whether the job assigned the token, or minted it. */
    origin: 'held' | 'stock' | 'mint' | null;
    /** Domain of a token from stock, before it went to its user. */
    domain_before: string | null;
    /** The token's previous latest distribution. */
    latest_before: string | null;
    distribution_id: string | null;
    /** Link and activation code, sealed to this row, until they are fetched. */
    sealed: string | null;
    /** Of an import: line of the file, what it says (JSON; until it is done), what happens to the user, and which fields change (JSON). */
    line: number | null;
    fields: string | null;
    action: 'add' | 'change' | null;
    changes: string | null;
  };
};
