/** The tables of identity sources; schema.ts has them all. */
import type { Flag } from './flag.ts';

/** What a directory says of an entry. `gone`: a complete search did not find it. */
export type SourceState = 'active' | 'disabled' | 'expired' | 'locked' | 'gone';

export type IdentitySourcesTable = {
  id: string;
  name: string;
  name_key: string;
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
  /** Who saved it last: runs on a schedule have their rights. */
  actor_kind: 'administrator' | 'api-key';
  actor_id: string;
  actor_name: string;
  mark: string | null;
  /** When it runs next; null: on demand. */
  due_at: number | null;
  /** When the last run that read everything ended. */
  full_at: number | null;
  /** Up to where changes were read: JSON. */
  watermark: string | null;
  created_at: number;
  version: number;
};

/** Other names that a user can log on with, folded. */
export type UserNamesTable = { name_key: string; user_id: string };
