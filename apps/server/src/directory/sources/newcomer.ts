/**
 * Someone who logs on before a run has added them, if their source looks people up. The directory is queried for every name, known here or
 * not, so that the time taken does not reveal which users exist. Someone who has entered the right password becomes the user that a run
 * would have added.
 */

import { userNameSchema } from '@sower/api/fields';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { SYSTEM } from '../../core/actor.ts';
import { done, refused } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing } from '../../core/transaction.ts';
import type { LdapConnection } from '../../ldap/connection.ts';
import { LdapFailure } from '../../ldap/failure.ts';
import { keptName } from '../../ldap/names.ts';
import { newId } from '../../store/db/ids.ts';
import { holdDomains } from '../../store/directory/domains.ts';
import { findUser, findUserById, userIdKey } from '../../store/directory/users.ts';
import { hasMark } from '../../store/keys/marks.ts';
import type { UserRow } from '../../store/schema/brands.ts';
import type { Row } from '../../store/schema/schema.ts';
import { findChoices, qualifiedId } from '../../store/sources/choices.ts';
import { listSources, type SourceRow } from '../../store/sources/identity-sources.ts';
import type { Entry } from '../../store/sources/password-tries.ts';
import { insertSourceUsers, listUsersByKeys } from '../../store/sources/runs.ts';
import { writerOf } from '../starter.ts';
import { keepDetails } from './details.ts';
import type { MappedEntry } from './entry.ts';
import { findByKey, findByName, groupNamesOf, inDirectory } from './look-up.ts';
import { groupsIn, keptGroups, mayBring, placeByGroups } from './placement.ts';
import { settingsOf } from './settings.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random' | 'onAlteredRow' | 'ldapServers'>;

export type Newcomer = { readonly source: SourceRow; readonly entry: Entry };

/** @returns undefined if no source looks up, or none has an entry of this name that may become a user */
export async function findNewcomer(context: Context, name: string): Promise<Newcomer | undefined> {
  const sources = (await listSources(context.db)).filter((row) => {
    const { enabled, lookUp } = settingsOf(row).logOn;
    return row.enabled === 1 && enabled && lookUp && hasMark('identity_sources', context, row);
  });
  for (const source of sources) {
    const found = await inDirectory(context, source, (connection) =>
      findByName(connection, settingsOf(source), name, context.now()),
    );
    if (!found || found instanceof LdapFailure) continue;
    const { key } = found.mapped;
    if (key !== undefined && mayCome(found.mapped)) return { source, entry: { sourceId: source.id, key } };
  }
  return undefined;
}

const mayCome = ({ refused: why, state }: MappedEntry): boolean =>
  why === undefined && state !== 'disabled' && state !== 'expired';

/** After the right password. @returns the user of the entry, who may have been added in the meantime */
export async function addNewcomer(context: Context, { source, entry }: Newcomer) {
  const found = await inDirectory(context, source, (connection) =>
    readAgain(context, source, entry.key, connection),
  );
  // It has just said that the password is right.
  if (found instanceof LdapFailure) return refused('unavailable', text('log-on.directory-unavailable'));
  const { mapped, groups } = found;
  if (!mapped || !mayCome(mapped)) return conflict();
  const come = mapped;
  const present = async (): Promise<Row<'users'> | undefined> =>
    (await listUsersByKeys(context.db, source.id, [entry.key]))[0];
  const added = await allOrNothing<Row<'users'>>(
    context.db,
    async (trx) => {
      const [known] = await listUsersByKeys(trx, source.id, [entry.key]);
      if (known) return done(known);
      const choice = (await findChoices(trx, source.id, [entry.key])).get(entry.key);
      const userId = qualifiedId(come.userId, choice);
      const isFree = userNameSchema.safeParse(userId).success && (await findUser(trx, userId)) === undefined;
      // If the entry is in conflict, an administrator decides who it is, and a run applies the decision.
      if (choice?.choice === 'link' || choice?.choice === 'skip' || !isFree) return conflict();
      const rule = found.domain;
      const domain =
        rule === null || mayBring(await writerOf(context, trx, source, source.domain), source, rule)
          ? rule
          : source.domain;
      if ((await holdDomains(trx, [domain ?? source.domain])).size === 0) return conflict();
      const id = newId<UserRow>(context);
      const row = {
        id,
        user_id: userId,
        user_id_key: userIdKey(userId),
        first_name: come.firstName,
        last_name: come.lastName,
        last_name_key: userIdKey(come.lastName),
        email: come.email,
        email_key: userIdKey(come.email),
        telephone: come.telephone,
        own_domain: domain,
        source_key: entry.key,
        source_name: come.name,
        source_state: come.state,
      };
      await insertSourceUsers(trx, [row], {
        ...{ source_id: source.id, domain: source.domain, at: context.now() },
      });
      await keepDetails(trx, context, SYSTEM, [
        {
          ...{ user: id, userId, isNew: true, groups },
          names: { all: come.logOnNames, protected: come.protectedNames },
          mail: { language: come.language ?? null, certificate: come.certificate ?? null },
        },
      ]);
      await record(trx, context, SYSTEM, {
        action: 'user.add',
        object: `user:${userId}`,
        reason: text('event.source-looked-up', { source: source.name }),
      });
      return done((await findUserById(trx, id)) as Row<'users'>);
    },
    conflict,
  );
  if (added.ok) return added;
  // Two logons at once, or a run: the first one has added the user.
  const user = await present();
  return user ? done(user) : added;
}

async function readAgain(
  context: Context,
  source: SourceRow,
  key: string,
  connection: LdapConnection,
): Promise<{
  readonly mapped: MappedEntry | undefined;
  readonly domain: string | null;
  readonly groups: readonly string[];
}> {
  const settings = settingsOf(source);
  const mapped = (await findByKey(connection, settings, key, context.now()))?.mapped;
  if (!mapped) return { mapped, domain: null, groups: [] };
  const names = groupsIn(settings).length > 0 ? await groupNamesOf(connection, settings, mapped.name) : [];
  const kept = new Set(names.map(keptName));
  return {
    mapped,
    domain: await placeByGroups(context.db, source, settings, mapped, names),
    groups: keptGroups(settings).filter((name) => kept.has(name)),
  };
}

const conflict = () => refused('log-on-failed', text('event.newcomer-conflict'));
