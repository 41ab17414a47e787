/**
 * Which processes serve, and whether each of them can be trusted: every ten seconds, each writes into a row of its own. One that was stopped
 * takes its row away; one that died is shown as silent for a day. The minutes in which a host was seen, not ready or with a wrong clock are
 * counted, each once for all of its processes.
 */

import { isDeepStrictEqual } from 'node:util';
import { judged } from '@sower/api/checks';
import { NODE_FIGURES, type NodeFigure } from '@sower/api/figures';
import type { NodesView } from '@sower/api/nodes';
import { DAY, isoTime, MINUTE } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import { countOnce } from '../../audit/figures/counts.ts';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import type { Answer } from '../../core/unworded.ts';
import { claimMinute } from '../../store/audit/figures.ts';
import { isPostgresql, readDatabaseVersion } from '../../store/db/database-kind.ts';
import { clockAhead } from '../../store/db/postgresql/clock.ts';
import { readReplication, readStandbyLag } from '../../store/db/postgresql/replication.ts';
import { type Reason, reasonColumns, reasonValue } from '../../store/db/reason.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { deleteNode, listNodeRows, type NodeRow, noteNode } from '../../store/operations/nodes.ts';

const SILENT_MILLISECONDS = 40_000;
const FORGET_MILLISECONDS = DAY;
/** A clock that is further off than `wrong` can refuse right passcodes; one within `right` counts as right. */
const RIGHT_MILLISECONDS = 5_000;
const isWrong = (ahead: number): boolean => judged('clock', Math.abs(ahead)) === 'bad';

/** Also for a node last seen in the future, by a clock that was ahead. */
const unseenFor = ({ seen_at }: NodeRow, at: number, milliseconds: number): boolean =>
  Math.abs(at - seen_at) > milliseconds;
const silent = (row: NodeRow, at: number): boolean => unseenFor(row, at, SILENT_MILLISECONDS);

export type NodeContext = Pick<ServerContext, 'db' | 'now' | 'random'> & {
  readonly host: string;
  /** The number that the system gives it. */
  readonly process: number;
  readonly version: string;
  /** Why this process is not ready, if so. */
  readonly refusal: () => Promise<Text | undefined>;
};

export type OwnNode = {
  round(): Promise<void>;
  /**
   * Why its clock makes it unfit: it is far from the clock of the database, and another node's is not. If the clocks of all nodes are, the
   * database's may be the wrong one, and making all nodes unready would not help.
   */
  clockRefusal(): Text | undefined;
  leave(): Promise<void>;
};

export function ownNode(context: NodeContext): OwnNode {
  const { db, now, host, process, version } = context;
  const id = Buffer.from(context.random(12)).toString('base64url');
  let started: number | undefined;
  let wrong: Text | undefined;
  /** When this process has last looked for each. */
  const looked = new Map<NodeFigure, number>();
  async function countMinute(at: number, isSo: Readonly<Record<NodeFigure, boolean>>): Promise<void> {
    const minute = Math.floor(at / MINUTE);
    const names = NODE_FIGURES.filter((name) => isSo[name] && looked.get(name) !== minute);
    if (names.length === 0) return;
    await inTransaction(db, async (trx) => {
      for (const name of names)
        if (await claimMinute(trx, `node:${name}:${host}`, at))
          await countOnce(trx, { kind: 'node', at, name: host, outcome: name });
    });
    for (const name of names) looked.set(name, minute);
  }
  return {
    async round() {
      const ahead = await clockAhead(db, now);
      const at = now() - ahead;
      started ??= at;
      const rows = await listNodeRows(db);
      for (const row of rows) if (unseenFor(row, at, FORGET_MILLISECONDS)) await deleteNode(db, row.id);
      const rightOnes = rows.filter(
        (row) => row.id !== id && !silent(row, at) && Math.abs(row.ahead) < RIGHT_MILLISECONDS,
      );
      wrong = isWrong(ahead) && rightOnes.length > 0 ? clockText(ahead) : undefined;
      const refusal = await context.refusal();
      const reason = reasonColumns(refusal);
      await noteNode(db, { id, host, process, version, started_at: started, seen_at: at, ahead, ...reason });
      await countMinute(at, {
        seen: true,
        'not-ready': refusal !== undefined,
        clock: isWrong(ahead),
      });
    },
    clockRefusal: () => wrong,
    leave: () => deleteNode(db, id),
  };
}

const clockText = (ahead: number): Text => {
  const seconds = Math.round(Math.abs(ahead) / 1000);
  return ahead > 0 ? text('node.clock-ahead', { seconds }) : text('node.clock-behind', { seconds });
};

export async function showNodes(
  { db, now }: Pick<ServerContext, 'db' | 'now'>,
  actor: Actor,
): Promise<Outcome<Answer<NodesView>>> {
  const denial = denied(actor, 'settings:edit');
  if (denial) return denial;
  const [rows, ahead, replication, lags, version] = await Promise.all([
    listNodeRows(db),
    clockAhead(db, now),
    readReplication(db),
    readStandbyLag(db),
    readDatabaseVersion(db),
  ]);
  const at = now() - ahead;
  const items = rows.map((row) => ({
    id: row.id,
    host: row.host,
    process: row.process,
    version: row.version,
    startedAt: isoTime(row.started_at),
    seenAt: isoTime(row.seen_at),
    clockAhead: row.ahead / 1000,
    problems: problems(row, at),
  }));
  const { state, standbys, names } = replication;
  const kind = isPostgresql(db) ? ('postgresql' as const) : ('sqlite' as const);
  return done({
    items,
    runtime: `Node.js ${process.versions.node}`,
    database: { kind, version, replication: state, standbys, standbyLag: lags, awaited: names },
  });
}

/** Of hosts that serve. */
export async function wrongClocks({
  db,
  now,
}: Pick<ServerContext, 'db' | 'now'>): Promise<
  readonly { readonly host: string; readonly seconds: number }[]
> {
  const at = now() - (await clockAhead(db, now));
  const wrong = (await listNodeRows(db)).filter((row) => !silent(row, at) && isWrong(row.ahead));
  const hosts = new Map(wrong.map(({ host, ahead }) => [host, Math.round(Math.abs(ahead) / 1000)]));
  return [...hosts].map(([host, seconds]) => ({ host, seconds }));
}

function problems(row: NodeRow, at: number): Reason[] {
  if (silent(row, at)) return [text('node.silent', { time: isoTime(row.seen_at) })];
  const clock = isWrong(row.ahead) ? [clockText(row.ahead)] : [];
  const reason = row.reason === null ? [] : [reasonValue(row)];
  return isDeepStrictEqual(clock, reason) ? clock : [...clock, ...reason];
}
