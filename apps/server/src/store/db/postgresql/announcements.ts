/**
 * Announces through PostgreSQL which cached rows this process has changed: in the transaction of the change, and received on a connection
 * that does nothing else. If no announcements arrive (the connection is broken, or a pool in transaction mode is in between), caches become
 * as old as they may.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { type Changes, changedTable, isKeptTable, type KeptTable } from '../changes.ts';
import type { Connection } from './connection.ts';

const CHANNEL = 'sower_changes';
const ANNOUNCE = `select pg_notify('${CHANNEL}', $1)`;

type Run = (text: string, values: readonly unknown[]) => Promise<unknown>;

/** The statements of one caller, followed by an announcement if they changed something that others cache. */
export function announcing(changes: Changes, run: Run): Run {
  const changed = new Set<KeptTable>();
  let inTransaction = false;
  const announce = () => run(ANNOUNCE, [[...changed].join()]);
  const tell = (): void => {
    changes.tell(changed);
    changed.clear();
  };
  return async (text, values) => {
    if (text === 'commit') {
      inTransaction = false;
      if (changed.size === 0) return run(text, values);
      try {
        await announce();
        return await run(text, values);
      } finally {
        // Whether or not it is known to have happened.
        tell();
      }
    }
    const result = await run(text, values);
    if (text === 'begin' || text.startsWith('start transaction')) inTransaction = true;
    if (text === 'rollback') changed.clear();
    const table = changedTable(text);
    if (table === undefined || (result as { rowCount?: number }).rowCount === 0) return result;
    changed.add(table);
    if (inTransaction) return result;
    // The change is made: failing to announce it does not make it fail.
    await announce().catch(() => {});
    tell();
    return result;
  };
}

const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 2_000;
/** A connection that lasted this long does not count as another failure in a row. */
const LIVED_MILLISECONDS = 10_000;
/** A connection that fell silent is noticed because a query on it is not answered (silent-connections.ts). */
const BEAT_MILLISECONDS = 30_000;
const HEAR_MILLISECONDS = 5_000;

/**
 * @param connect a connection for nothing else
 * @param run one statement on any other connection
 * @param onDeaf announcements do not arrive
 * @returns ends it
 */
export function hearChanges(
  changes: Changes,
  connect: () => Promise<Connection>,
  run: Run,
  onDeaf: () => void,
): () => Promise<void> {
  const stopped = new AbortController();
  let present: Connection | undefined;
  let deaf = false;

  async function listen(connection: Connection): Promise<void> {
    const own = `heard ${connection.listedAs}`;
    let heard = (): void => {};
    const hearing = new Promise<void>((resolve) => {
      heard = resolve;
    });
    connection.on('notification', ({ payload = '' }) => {
      if (payload === own) heard();
      else changes.tell(payload.split(',').filter(isKeptTable));
    });
    await connection.query(`listen ${CHANNEL}`);
    changes.tellAll();
    // Through another connection: a pool in transaction mode returns a connection's own announcements to it, but passes on no one else's.
    await run(ANNOUNCE, [own]);
    const late = setTimeout(() => {
      if (!deaf) onDeaf();
      deaf = true;
    }, HEAR_MILLISECONDS);
    late.unref();
    void hearing.then(() => {
      clearTimeout(late);
      deaf = false;
    });
    connection.once('end', () => clearTimeout(late));
  }

  async function keep(): Promise<void> {
    for (let pause = FIRST_PAUSE_MILLISECONDS; !stopped.signal.aborted; ) {
      const begun = performance.now();
      let beat: NodeJS.Timeout | undefined;
      try {
        const connection = await connect();
        present = connection;
        const ended = new Promise((resolve) => {
          connection.once('end', resolve);
          connection.once('error', resolve);
        });
        beat = setInterval(() => connection.query('select 1').catch(() => {}), BEAT_MILLISECONDS);
        beat.unref();
        if (!stopped.signal.aborted) await listen(connection);
        if (!stopped.signal.aborted) await ended;
        await connection.end();
      } catch {
        // Code that needs the database reports this; here, it is tried again.
        present?.cut('listening failed');
      } finally {
        clearInterval(beat);
      }
      if (performance.now() - begun > LIVED_MILLISECONDS) pause = FIRST_PAUSE_MILLISECONDS;
      await wait(pause, undefined, { ref: false, signal: stopped.signal }).catch(() => {});
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLISECONDS);
    }
  }

  const kept = keep();
  return async () => {
    stopped.abort();
    present?.end().catch(() => {});
    await kept;
  };
}
