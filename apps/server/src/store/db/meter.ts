/** What is timed and counted of a database, at the few points that all statements and group commits pass. core/metrics.ts shows it. */
import type { Connection } from '../schema/schema.ts';

export type DatabaseWork = 'read' | 'write' | 'commit';

/** Why it could not be used. `resources`: disk, memory or connections are used up. */
export type Unavailability = 'connection' | 'lock' | 'time' | 'resources' | 'read-only' | 'other';

export type Meter = {
  /** A statement was answered. `commit`: it is durable, if the database makes it so. */
  took(work: DatabaseWork, milliseconds: number): void;
  /** A group commit ended, well or not. @param waited for how long the first of its calls had waited for it to begin */
  grouped(
    path: string,
    group: { readonly calls: number; readonly waited: number; readonly took: number },
  ): void;
  failed(reason: Unavailability): void;
  /** A queue for connections, or for the one that writes; read when somebody looks. */
  watch(queue: string, read: () => { readonly waiting: number; readonly used: number }): void;
};

export const UNMETERED: Meter = { took() {}, grouped() {}, failed() {}, watch() {} };

export function meterOf(db: Connection): Meter {
  const { adapter } = db.getExecutor();
  return 'meter' in adapter ? (adapter.meter as Meter) : UNMETERED;
}
