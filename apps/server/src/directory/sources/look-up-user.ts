/** What the directory says of a user now, beside what the last run has stored. Changes nothing: a run does. */

import { ENTRY_FIELDS, type EntryField } from '@sower/api/identity-sources';
import { isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { done, type Outcome, refused } from '../../core/outcome.ts';
import { failureText, LdapFailure } from '../../ldap/failure.ts';
import type { Row } from '../../store/schema/schema.ts';
import { type ChoiceRow, findChoices, qualifiedId } from '../../store/sources/choices.ts';
import { findSource } from '../../store/sources/identity-sources.ts';
import { userFor } from '../users.ts';
import { type MappedEntry, type ShownEntry, viewEntry } from './entry.ts';
import { findByKey, inDirectory } from './look-up.ts';
import { settingsOf } from './settings.ts';
import { refusalAltered } from './sources.ts';

export type LookedUp = {
  readonly source: string;
  readonly askedAt: string;
  /** Absent: the directory does not have the user. */
  readonly entry?: ShownEntry;
  readonly differs: EntryField[];
};

export async function lookUpUser(
  context: Pick<ServerContext, 'db' | 'sealing' | 'now' | 'onAlteredRow' | 'ldapServers'>,
  actor: Actor,
  userId: string,
): Promise<Outcome<LookedUp>> {
  const found = await userFor(context, actor, 'users:view', userId);
  if (!found.ok) return found;
  const user = found.value;
  const source = user.source_id === null ? undefined : await findSource(context.db, user.source_id);
  if (!source) return refused('wrong-state', text('user.of-no-directory', { user: user.user_id }));
  const altered = refusalAltered(context, source);
  if (altered) return altered;
  const now = context.now();
  const key = user.source_key ?? '';
  const answer = await inDirectory(context, source, (connection) =>
    findByKey(connection, settingsOf(source), key, now),
  );
  if (answer instanceof LdapFailure) return refused('unavailable', failureText(answer));
  const asked = { source: source.name, askedAt: isoTime(now) };
  if (!answer) return done({ ...asked, differs: user.source_state === 'gone' ? [] : ['state'] });
  const choice = (await findChoices(context.db, source.id, [key])).get(key);
  return done({
    ...asked,
    entry: viewEntry(answer.mapped),
    differs: differing(user, answer.mapped, choice),
  });
}

function differing(user: Row<'users'>, mapped: MappedEntry, choice: ChoiceRow | undefined): EntryField[] {
  const read = { ...mapped, userId: qualifiedId(mapped.userId, choice) };
  const stored: Readonly<Record<EntryField, string | null>> = {
    userId: user.user_id,
    firstName: user.first_name,
    lastName: user.last_name,
    email: user.email,
    telephone: user.telephone,
    name: user.source_name,
    state: user.source_state,
  };
  return ENTRY_FIELDS.filter((field) => stored[field] !== read[field]);
}
