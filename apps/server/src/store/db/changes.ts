/**
 * Invalidates what processes cache of the database: every change of these tables passes through here, so that callers need not remember to
 * do this. This process is notified when the change is committed, and others through PostgreSQL (postgresql/announcements.ts). Nothing
 * depends on this alone: whatever is cached is read again after some seconds anyway.
 */
import type { Connection } from '../schema/schema.ts';

const TABLES = [
  'administrators',
  'agent_credentials',
  'agents',
  'api_keys',
  'coexistences',
  'mail_settings',
  'policies',
  'radius_clients',
  'role_grants',
  'roles',
  'server_keys',
  'tls_certificates',
] as const;

/** Of `installation`, only changes of the settings: serial numbers are claimed there too. */
export type KeptTable = (typeof TABLES)[number] | 'settings';

const CHANGE = new RegExp(
  `^\\s*(?:insert into|update|delete from) "?(?:(${TABLES.join('|')})\\b|installation" set "settings" =)`,
);

/** @param text of a statement, as Kysely writes it */
export function changedTable(text: string): KeptTable | undefined {
  const found = CHANGE.exec(text);
  return found ? ((found[1] as KeptTable | undefined) ?? 'settings') : undefined;
}

export const isKeptTable = (name: string): name is KeptTable =>
  name === 'settings' || (TABLES as readonly string[]).includes(name);

export class Changes {
  readonly #listeners = new Map<KeptTable, Set<() => void>>();

  on(tables: readonly KeptTable[], forget: () => void): void {
    for (const table of tables) {
      const present = this.#listeners.get(table) ?? new Set();
      this.#listeners.set(table, present.add(forget));
    }
  }

  tell(tables: Iterable<KeptTable>): void {
    const concerned = new Set([...tables].flatMap((table) => [...(this.#listeners.get(table) ?? [])]));
    for (const forget of concerned) forget();
  }

  /** Announcements may have been missed: forget everything. */
  tellAll(): void {
    this.tell(this.#listeners.keys());
  }
}

/** Those of the database that it belongs to. */
export function changesOf(db: Connection): Changes {
  const { adapter } = db.getExecutor();
  if ('changes' in adapter && adapter.changes instanceof Changes) return adapter.changes;
  throw new Error('this database does not announce changes');
}
