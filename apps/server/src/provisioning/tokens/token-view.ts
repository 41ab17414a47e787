/** A token as the API shows it. */

import type { Distribution } from '@sower/api/distributions';
import type { Permission } from '@sower/api/permissions';
import { isoTime } from '@sower/api/time';
import type { Token } from '@sower/api/tokens';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import type { Answer } from '../../core/unworded.ts';
import { domainNames, domainNamesOf } from '../../store/directory/domains.ts';
import { findLatestDistribution, listLatestDistributions } from '../../store/distribution/distributions.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { listReplacements, type Pair } from '../../store/tokens/replacements.ts';
import { listSeeds } from '../../store/tokens/seeds.ts';
import { isExpired, type TokenRow } from '../../store/tokens/tokens.ts';
import { viewDistributions } from '../distribution/distribution-view.ts';
import { tokenFor } from './token-for.ts';

const userStateOf = ({ holder_enabled, holder_state }: TokenRow): Token['userState'] =>
  holder_state === 'gone' ? 'gone' : holder_enabled === 1 ? 'enabled' : 'disabled';

const nameOf = ({ holder_first_name, holder_last_name }: TokenRow): string =>
  `${holder_first_name ?? ''} ${holder_last_name ?? ''}`.trim();

function summary(
  row: TokenRow,
  pairs: readonly Pair[],
  domains: ReadonlyMap<string, string>,
  distribution: Answer<Distribution> | undefined,
  now: number,
): Answer<Omit<Token, 'seeds'>> {
  const replaces = pairs.find((pair) => pair.token_id === row.id);
  const replacedBy = pairs.find((pair) => pair.replaced_id === row.id);
  return {
    serial: row.serial,
    kind: row.kind,
    ...(row.label === '' ? {} : { label: row.label }),
    ...(row.maker === '' ? {} : { maker: row.maker }),
    ...(row.form_factor === '' ? {} : { formFactor: row.form_factor }),
    ...(row.batch === null ? {} : { batch: row.batch }),
    ...(row.holder === null ? {} : { userId: row.holder, userState: userStateOf(row) }),
    ...(nameOf(row) === '' ? {} : { userName: nameOf(row) }),
    securityDomain: domains.get(row.domain) ?? '',
    enabled: row.enabled === 1,
    expiresOn: row.expires_on,
    expired: isExpired(row.expires_on, now),
    pinSet: row.pin !== null,
    lost: row.lost === 1,
    ...(row.lent_until === null ? {} : { lentUntil: row.lent_until }),
    ...(row.lent_instead === null ? {} : { lentInstead: row.lent_instead }),
    failures: row.failures,
    ...(replaces ? { replaces: replaces.replaced_serial } : {}),
    ...(replacedBy ? { replacedBy: replacedBy.serial } : {}),
    ...(distribution ? { distribution } : {}),
    createdAt: isoTime(row.created_at),
    version: row.version,
  };
}

export async function viewTokens(
  db: Connection,
  rows: readonly TokenRow[],
  now: number,
): Promise<Answer<Omit<Token, 'seeds'>>[]> {
  const ids = rows.map((row) => row.id);
  const latest = await listLatestDistributions(db, ids);
  const pairs = await listReplacements(db, ids);
  const views = await viewDistributions(db, latest, now);
  const byToken = new Map(latest.map((row, index) => [row.token_id, views[index]]));
  const domains = await domainNamesOf(db, rows);
  return rows.map((row) => summary(row, pairs, domains, byToken.get(row.id), now));
}

/** @param permission what the actor needs to see it: that of the change just made, or of viewing */
export async function showToken(
  context: Pick<ServerContext, 'db' | 'now'>,
  actor: Actor,
  permission: Permission,
  serial: string,
): Promise<Outcome<Answer<Token>>> {
  const found = await tokenFor(context, actor, permission, serial);
  if (!found.ok) return found;
  const row = found.value;
  const now = context.now();
  const [seeds, latest, pairs] = await Promise.all([
    listSeeds(context.db, row.id),
    findLatestDistribution(context.db, row.id),
    listReplacements(context.db, [row.id]),
  ]);
  const [distribution] = await viewDistributions(context.db, latest ? [latest] : [], now);
  return done({
    ...summary(row, pairs, await domainNames(context.db, [row.domain]), distribution, now),
    seeds: seeds.map((seed) => ({
      state: seed.state,
      algorithm: seed.algorithm,
      ...(seed.algorithm === 'securid' ? {} : { hash: seed.hash }),
      digits: seed.digits,
      interval: seed.interval_seconds,
      authenticationType: seed.authentication_type,
      provisionedAt: isoTime(seed.created_at),
      ...(seed.last_accepted_at === null ? {} : { lastAcceptedAt: isoTime(seed.last_accepted_at) }),
    })),
  });
}
