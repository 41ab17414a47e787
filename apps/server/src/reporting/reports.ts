/** The reports: for each, its columns and the query for its rows. Who may read one, and within which scope, is checked in read.ts. */

import { userInTrail } from '@sower/api/audit';
import type { DistributionState } from '@sower/api/distributions';
import type { ReportName } from '@sower/api/reports';
import { expiringBefore } from '@sower/api/statistics';
import { DAY, isoTime } from '@sower/api/time';
import { namedActor } from '@sower/texts/actors';
import { type Text, text } from '@sower/texts/outcomes';
import { nameOfRole, permissionsOfRole } from '../directory/roles.ts';
import { LOG_ON_ACTIONS } from '../store/audit/log-on-actions.ts';
import { reasonValue } from '../store/db/reason.ts';
import { listStoredAdministrators, listStoredGrants } from '../store/directory/administrators.ts';
import { domainNamesOf } from '../store/directory/domains.ts';
import { listUserNames } from '../store/directory/user-search.ts';
import { userIdKey } from '../store/directory/users.ts';
import { distributionState } from '../store/distribution/distributions.ts';
import { listDecisions } from '../store/distribution/requests.ts';
import {
  listAuditOf,
  listGoneUsers,
  listInactiveUsers,
  listReportDistributions,
  listReportRequests,
  listReportTokens,
  listTokenBatches,
  type ReportPage,
} from '../store/reporting/reports.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { isExpired, oldestValidDay } from '../store/tokens/tokens.ts';

/** A text is put into the reader's words, a list is joined. */
export type Cell = string | Text | null | readonly (string | Text)[];

export type ReportRow = {
  /** Where the next page begins. */
  readonly key: string;
  readonly cells: readonly Cell[];
};

type ReportColumn = { readonly name: ColumnName; readonly kind?: 'time' | 'date' };

type Asked = ReportPage & {
  /** Paths of the domains whose users the reader may see. */
  readonly seen: readonly string[];
  readonly now: number;
  readonly days: number;
};

const BATCH_COUNTS = ['total', 'free', 'assigned', 'lent', 'expired', 'lost'] as const;

type ReportDefinition = {
  readonly columns: readonly ReportColumn[];
  rows(db: Connection, asked: Asked): Promise<ReportRow[]>;
};

/** As the Security Console says it; the name itself if it is none of today's. */
export function actorText(actor: string): Text | string {
  const named = namedActor(actor);
  if (named === undefined) return actor;
  return (
    'system' in named
      ? { code: `actor.${named.system}` }
      : { code: `actor.${named.kind}`, values: { name: named.name } }
  ) as Text;
}

export const columnText = (name: ColumnName): Text => text(`report-column.${name}`);
type ColumnName =
  | ('serial' | 'user' | 'name' | 'domain' | 'token' | 'distribution' | 'expires' | 'at' | 'profile')
  | ('by' | 'accepted' | 'tokens' | 'offer' | 'state' | 'decisions' | 'client' | 'why' | 'source')
  | ('directory' | 'gone' | 'action' | 'object' | 'result' | 'role' | 'permissions' | 'enabled')
  | ('batch' | 'maker' | 'kind' | (typeof BATCH_COUNTS)[number]);

const KINDS = { at: 'time', accepted: 'time', gone: 'time', expires: 'date' } as const;
const columnsOf = (...names: readonly ColumnName[]): readonly ReportColumn[] =>
  names.map((name) => (name in KINDS ? { name, kind: KINDS[name as keyof typeof KINDS] } : { name }));

const since = ({ now, days }: Asked): number => Math.max(0, now - days * DAY);

const nameOf = (of: { readonly first_name: string | null; readonly last_name: string | null }): string =>
  `${of.first_name ?? ''} ${of.last_name ?? ''}`.trim();

const named = async (db: Connection, rows: readonly { readonly domain: string }[]) => {
  const names = await domainNamesOf(db, rows);
  return (path: string): string => names.get(path) ?? path;
};

/** Of all rows, where they are few. */
const pageOf = (rows: readonly ReportRow[], { after = '', limit }: ReportPage): ReportRow[] =>
  rows
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .filter(({ key }) => key > after)
    .slice(0, limit);

type TokenRow = Awaited<ReturnType<typeof listReportTokens>>[number];

const tokenStates = (token: TokenRow, now: number): Text[] => [
  text(token.enabled === 1 ? 'report-word.enabled' : 'report-word.disabled'),
  ...(token.lost === 1 ? [text('report-word.lost')] : []),
  ...(isExpired(token.expires_on, now) ? [text('report-word.expired')] : []),
];

const distributed = ({ state, expires_at }: TokenRow, now: number): DistributionState | 'none' =>
  state === null ? 'none' : distributionState({ state, expires_at }, now);

function ofTokens(
  which: (asked: Asked) => Parameters<typeof listReportTokens>[2],
  keyOf: (token: TokenRow) => string,
): ReportDefinition {
  return {
    columns: columnsOf('serial', 'name', 'user', 'domain', 'token', 'distribution', 'expires'),
    async rows(db, asked) {
      const tokens = await listReportTokens(db, asked, which(asked));
      const domain = await named(db, tokens);
      return tokens.map((token) => ({
        key: keyOf(token),
        cells: [
          token.serial,
          nameOf(token),
          token.user_id,
          domain(token.domain),
          tokenStates(token, asked.now),
          text(`report-word.${distributed(token, asked.now)}`),
          token.expires_on,
        ],
      }));
    },
  };
}

type UserRow = {
  readonly user_id: string;
  readonly user_id_key: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly domain: string;
  readonly tokens: number;
};

function ofUsers<User extends UserRow>(
  list: (db: Connection, page: ReportPage, since: number) => Promise<readonly User[]>,
  more: readonly ColumnName[],
  moreOf: (user: User) => readonly Cell[],
): ReportDefinition {
  return {
    columns: columnsOf('name', 'user', 'domain', ...more, 'tokens'),
    async rows(db, asked) {
      const users = await list(db, asked, since(asked));
      const domain = await named(db, users);
      return users.map((user) => ({
        key: user.user_id_key,
        cells: [nameOf(user), user.user_id, domain(user.domain), ...moreOf(user), String(user.tokens)],
      }));
    },
  };
}

const LOG_ONS = Object.entries(LOG_ON_ACTIONS).flatMap(([action, what]) =>
  what === 'decides' ? [action] : [],
);
const LOST = ['token.lost', 'token.found', 'token.replace', 'token.replaced'];
const POLICIES = [
  ...['policy.edit', 'policy.delete', 'settings.edit', 'mail.settings', 'retention.run', 'schedule.edit'],
  ...['role.add', 'role.edit', 'role.delete', 'profile.add', 'profile.edit', 'profile.delete'],
  ...['rule.add', 'rule.edit', 'rule.delete', 'offer.add', 'offer.edit', 'offer.delete'],
];

function ofAudit(
  actions: readonly string[],
  columns: ReportDefinition['columns'],
  cellsOf: (row: Row<'audit'>, name: string | null) => readonly Cell[],
  result?: Row<'audit'>['result'],
): ReportDefinition {
  return {
    columns,
    async rows(db, asked) {
      const rows = await listAuditOf(db, actions, asked, {
        since: since(asked),
        ...(result === undefined ? {} : { result }),
      });
      const nameIn = await namesIn(db, asked, rows);
      return rows.map((row) => ({ key: row.id, cells: cellsOf(row, nameIn(row)) }));
    },
  };
}

/** Of the users that rows are about, the names of those whom the reader may see. */
async function namesIn(db: Connection, { seen }: Asked, rows: readonly Row<'audit'>[]) {
  const keyIn = ({ object }: Row<'audit'>): string | undefined => {
    const userId = userInTrail(object);
    return userId && userIdKey(userId);
  };
  const keys = new Set(rows.flatMap((row) => keyIn(row) ?? []));
  const names = new Map(
    (await listUserNames(db, [...keys], seen)).map((user) => [user.user_id_key, nameOf(user)]),
  );
  return (row: Row<'audit'>): string | null => names.get(keyIn(row) ?? '') ?? null;
}

const actionText = (action: string): Text => ({ code: `audit-action.${action}` }) as Text;
const ACTED = columnsOf('at', 'action', 'object', 'by', 'why', 'result');
const acted = (row: Row<'audit'>): readonly Cell[] => [
  isoTime(row.at),
  actionText(row.action),
  row.object,
  actorText(row.actor),
  row.reason && reasonValue(row),
  text(`report-word.${row.result}`),
];

export const REPORT_DEFINITIONS: Readonly<Record<ReportName, ReportDefinition>> = {
  tokens: ofTokens(
    () => 'all',
    ({ serial }) => serial,
  ),
  'never-activated': ofTokens(
    () => 'never-activated',
    ({ serial }) => serial,
  ),
  'expiring-tokens': ofTokens(
    ({ now, days }) => ({ from: oldestValidDay(now), to: expiringBefore(now, days) }),
    ({ expires_on, serial }) => `${expires_on}/${serial}`,
  ),
  'token-batches': {
    columns: columnsOf('batch', 'maker', 'kind', ...BATCH_COUNTS),
    async rows(db, asked) {
      const batches = await listTokenBatches(db, asked.scopes, oldestValidDay(asked.now));
      // As many as there were imports.
      const rows = batches.map((row) => ({
        key: JSON.stringify([row.batch, row.maker, row.kind]),
        cells: [
          row.batch,
          row.maker,
          text(`report-word.${row.kind}`),
          ...BATCH_COUNTS.map((name) => String(row[name])),
        ],
      }));
      return pageOf(rows, asked);
    },
  },
  distributions: {
    columns: columnsOf('at', 'serial', 'name', 'user', 'profile', 'by', 'state'),
    async rows(db, asked) {
      const found = await listReportDistributions(db, asked, since(asked));
      return found.map((row) => {
        // A token that belonged to a user in another domain does not reveal that user.
        const path = row.user_domain;
        const seen = path !== null && asked.scopes.some((scope) => path.startsWith(scope));
        return {
          key: row.id,
          cells: [
            isoTime(row.created_at),
            row.serial,
            seen ? nameOf(row) : null,
            seen ? row.user_id : null,
            row.profile_name,
            seen || !row.created_by.startsWith('user:') ? actorText(row.created_by) : null,
            text(`report-word.${distributionState(row, asked.now)}`),
          ],
        };
      });
    },
  },
  'inactive-users': ofUsers(listInactiveUsers, ['accepted'], ({ accepted_at: at }) => [
    at === null ? null : isoTime(Number(at)),
  ]),
  'gone-users': ofUsers(listGoneUsers, ['directory', 'gone'], ({ source, source_since: at }) => [
    source,
    isoTime(Number(at)),
  ]),
  requests: {
    columns: columnsOf('at', 'name', 'user', 'offer', 'state', 'by', 'decisions', 'serial'),
    async rows(db, asked) {
      const requests = await listReportRequests(db, asked, since(asked));
      const ids = requests.map(({ id }) => id);
      const decisions = Map.groupBy(await listDecisions(db, ids), ({ request_id }) => request_id);
      return requests.map((row) => ({
        key: row.id,
        cells: [
          isoTime(row.created_at),
          nameOf(row),
          row.user_id,
          row.offer_name,
          text(`report-word.${row.state}`),
          actorText(row.created_by),
          (decisions.get(row.id) ?? []).map(({ decision, actor }) =>
            text('report.decision', { decision: text(`report-word.${decision}`), actor: actorText(actor) }),
          ),
          row.serial,
        ],
      }));
    },
  },
  'failed-log-ons': ofAudit(
    LOG_ONS,
    columnsOf('at', 'name', 'user', 'client', 'why', 'source'),
    (row, name) => [
      isoTime(row.at),
      name,
      userInTrail(row.object) ?? row.object,
      actorText(row.actor),
      row.reason && reasonValue(row),
      row.source,
    ],
    'refused',
  ),
  'lost-and-replaced': ofAudit(LOST, ACTED, acted),
  'policy-changes': ofAudit(POLICIES, ACTED, acted),
  administrators: {
    columns: columnsOf('name', 'enabled', 'role', 'domain', 'permissions'),
    async rows(db, asked) {
      const [administrators, grants] = await Promise.all([
        listStoredAdministrators(db),
        listStoredGrants(db),
      ]);
      const byAdministrator = Map.groupBy(grants, (grant) => grant.administrator_id);
      // Some hundreds at most.
      const rows = administrators.flatMap((row): ReportRow[] => {
        const enabled = text(row.enabled === 1 ? 'report-word.yes' : 'report-word.no');
        const of = byAdministrator.get(row.id) ?? [];
        if (of.length === 0)
          return [{ key: `${row.user_name_key}/`, cells: [row.user_name, enabled, null, null, null] }];
        return of.map((grant) => ({
          key: `${row.user_name_key}/${grant.role_id}/${grant.domain_id}`,
          cells: [
            row.user_name,
            enabled,
            nameOfRole(grant),
            grant.domain_name,
            [...permissionsOfRole(grant.role_id, grant.permissions)].map((name) =>
              text(`permission-name.${name}`),
            ),
          ],
        }));
      });
      return pageOf(rows, asked);
    },
  },
};
