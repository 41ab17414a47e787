/**
 * Named statements outside transactions share one connection to PostgreSQL: each is sent without waiting for the answers to earlier ones,
 * and no caller takes a connection out of the pool for it. All of them find rows by a key, so their plans are made once, whatever the
 * values.
 */

import type { Connection } from './connection.ts';
import { tookTooLong } from './failures.ts';

export type SharedConnection = {
  query(text: string, values: readonly unknown[]): Promise<unknown>;
  end(): Promise<void>;
};

/** @param connect a connection that takes one query after the other, ready for use */
export function sharedConnection(connect: () => Promise<Connection>): SharedConnection {
  let present: Promise<Connection> | undefined;
  const opened = (): Promise<Connection> => {
    const opening = connect();
    const forget = (): void => {
      if (present === opening) present = undefined;
    };
    opening.then((connection) => {
      // Whichever comes first: a broken connection may not have ended yet.
      connection.once('error', forget);
      connection.once('end', forget);
    }, forget);
    return opening;
  };
  return {
    async query(text, values) {
      present ??= opened();
      const connection = await present;
      try {
        return await connection.query(text, values as unknown[]);
      } catch (error) {
        // What was sent after it would wait as long, one after the other.
        if (tookTooLong(error)) connection.cut('a statement took too long');
        throw error;
      }
    },
    async end() {
      await present?.then((connection) => connection.end()).catch(() => {});
    },
  };
}
