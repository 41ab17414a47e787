/** What a row of a file changes about a user, or why it cannot: the same rules for the check and for the work. Writes nothing. */

import { emailSchema, newUserIdSchema } from '@sower/api/fields';
import { LIMITS } from '@sower/api/limits';
import { type MailLanguage, mailLanguageNamed } from '@sower/api/mail-events';
import { isoTime } from '@sower/api/time';
import { USER_COLUMNS, type UserColumn } from '@sower/api/user-columns';
import { ROW_PROBLEMS } from '@sower/api/user-file';
import { EXISTING_USERS } from '@sower/api/user-imports';
import { leavingSchema, MAX_TELEPHONE } from '@sower/api/users';
import { UNPRINTABLE } from '@sower/bytes/printable';
import { type Text, text } from '@sower/texts/outcomes';
import { z } from 'zod';
import { type Actor, covers, gains } from '../../core/actor.ts';
import { hasNoAccess, wrongLeaving } from '../../directory/leaving.ts';
import { type Access, decisionOf, isDecided } from '../../directory/users.ts';
import { userIdKey } from '../../store/directory/users.ts';
import type { Row } from '../../store/schema/schema.ts';
import { storedJson } from '../../store/schema/stored-json.ts';
import type { ImportFact } from '../../store/work/user-imports.ts';

/** What is stored of the request; the rows have the users. */
const storedImport = z.object({
  existing: z.enum(EXISTING_USERS),
  /** ID; null: each row has to name one. */
  securityDomain: z.string().nullable(),
  columns: z.array(z.enum(USER_COLUMNS)),
  /** Columns of the file that are not imported. Earlier versions did not keep them. */
  ignored: z.array(z.string()).default([]),
});
export type StoredImport = Readonly<z.infer<typeof storedImport>>;
export const readImport = storedJson('jobs.input', storedImport);

const storedFields = z.object({
  values: z.partialRecord(z.enum(USER_COLUMNS), z.string()),
  problem: z.enum([...ROW_PROBLEMS, 'not-text']).optional(),
});
/** What is stored of a row. */
export type StoredFields = Readonly<z.infer<typeof storedFields>>;
export const readFields = storedJson('job_rows.fields', storedFields);
export type Change = { readonly field: string; readonly before: string; readonly after: string };

export type Decided =
  | { readonly against: Text }
  | {
      readonly action: 'add' | 'change';
      readonly person: Person;
      readonly changes: readonly Change[];
      readonly language: MailLanguage | undefined;
    };
/** As the user will be. */
export type Person = {
  readonly userId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly telephone: string;
  readonly enabled: boolean;
  /** By a directory that the user no longer comes from. */
  readonly disabledBySource: boolean;
  readonly leavesAt: number | null;
  readonly leftAt: number | null;
  readonly domain: Row<'security_domains'>;
};

type Domains = (idOrName: string) => Row<'security_domains'> | undefined;

/** Case folding may lengthen a text, and an index of PostgreSQL holds only this many octets. */
export const MAX_KEY = 256;

/** @param names of the domains in which users are, by path */
export function decideRow(
  actor: Actor,
  input: StoredImport,
  fact: ImportFact,
  {
    domains,
    names,
    now,
  }: { readonly domains: Domains; readonly names: ReadonlyMap<string, string>; readonly now: number },
): Decided {
  const { values, problem } = readFields(fact.fields);
  const no = (against: Text): Decided => ({ against });
  if (problem) return no(text(`import-row.${problem}`));
  if ((values.userId ?? '') === '') return no(text('import-row.no-user-id'));
  const named = newUserIdSchema.safeParse(values.userId);
  if (fact.id === null && !named.success) return no(text('import-row.bad-user-id'));
  if (fact.doubled === 1) return no(text('import-row.doubled'));
  if (fact.id !== null) {
    if (!covers(actor, 'users:edit', fact.domain))
      return no(
        text(covers(actor, 'users:view', fact.domain) ? 'job-row.another-domain' : 'import-row.taken'),
      );
    if (input.existing === 'skip') return no(text('import-row.exists'));
    if (fact.source_id !== null) return no(text('import-row.from-directory'));
  }
  const wanted = readValues(values);
  if ('code' in wanted) return no(wanted);
  const domain = domainOf(actor, input, fact, values.securityDomain ?? '', domains);
  if ('code' in domain) return no(domain);
  const decided = decidedIn(fact, wanted);
  const access = decided === undefined ? accessOf(fact) : { ...accessOf(fact), ...decisionOf(fact, decided) };
  const leaving = leavingOf(actor, fact, access, { ...wanted, domain }, now);
  if ('code' in leaving) return no(leaving);
  const person: Person = {
    userId: named.data !== undefined && fact.id === null ? named.data : fact.user_id,
    firstName: wanted.firstName || (fact.first_name ?? ''),
    lastName: wanted.lastName || (fact.last_name ?? ''),
    email: wanted.email || (fact.email ?? ''),
    telephone: wanted.telephone || (fact.telephone ?? ''),
    enabled: access.enabled === 1,
    disabledBySource: access.disabled_by_source === 1,
    domain,
    ...leaving,
  };
  const changes: Change[] = [];
  const note = (field: UserColumn, before: string | null, after: string): void => {
    if ((before ?? '') !== after) changes.push({ field, before: before ?? '', after });
  };
  note('firstName', fact.first_name, person.firstName);
  note('lastName', fact.last_name, person.lastName);
  note('email', fact.email, person.email);
  note('telephone', fact.telephone, person.telephone);
  const before = fact.id === null ? '' : (names.get(fact.domain) ?? fact.domain);
  if (fact.domain !== domain.path) note('securityDomain', before, domain.name);
  if (wanted.language) note('language', fact.language, wanted.language);
  // Someone new is enabled unless the file says otherwise: not worth a word. One whom a directory or a date has disabled may be disabled by
  // an administrator from now on, which is a change.
  const isChanged =
    fact.id === null ? !person.enabled : decided !== undefined && !isDecided(accessOf(fact), decided);
  if (isChanged)
    changes.push({
      field: 'enabled',
      before: fact.id === null ? '' : String(fact.enabled === 1),
      after: String(person.enabled),
    });
  const dateOf = (time: number | null): string => (time === null ? '' : isoTime(time));
  note('leaving', dateOf(fact.leaves_at), dateOf(person.leavesAt));
  if (fact.id !== null && changes.length === 0) return no(text('import-row.unchanged'));
  const language = wanted.language === fact.language ? undefined : wanted.language;
  return { action: fact.id === null ? 'add' : 'change', person, changes, language };
}

/** Someone new has access. */
const accessOf = (fact: ImportFact): Access => ({
  enabled: fact.enabled === 0 ? 0 : 1,
  disabled_by_source: fact.disabled_by_source === 1 ? 1 : 0,
  leaves_at: fact.leaves_at,
  left_at: fact.left_at,
});

/**
 * What the file says of access is an administrator's decision; but not where it names the date too, and both are so already, as in an export
 * that is imported again.
 */
const decidedIn = (
  fact: ImportFact,
  { enabled, leaving }: Pick<Wanted, 'enabled' | 'leaving'>,
): boolean | undefined =>
  leaving !== undefined && leaving === fact.leaves_at && enabled === (fact.enabled === 1)
    ? undefined
    : enabled;

/** The rules of a single user: no date in the past, none for a user without access, and only where the actor may disable every token. */
function leavingOf(
  actor: Actor,
  fact: ImportFact,
  access: Access,
  { leaving, domain }: Wanted & Pick<Person, 'domain'>,
  now: number,
): Pick<Person, 'leavesAt' | 'leftAt'> | Text {
  if (leaving === undefined || leaving === fact.leaves_at)
    return { leavesAt: access.leaves_at, leftAt: access.left_at };
  if (!covers(actor, 'tokens:edit', fact.id === null ? domain.path : fact.domain))
    return text('import-row.no-leaving');
  const wrong = wrongLeaving(leaving, now);
  if (wrong) return wrong;
  return hasNoAccess(access) ? text('import-row.leaving-disabled') : { leavesAt: leaving, leftAt: null };
}

function domainOf(
  actor: Actor,
  input: StoredImport,
  fact: ImportFact,
  named: string,
  domains: Domains,
): Row<'security_domains'> | Text {
  // An empty cell changes nothing.
  const reference = named || (fact.id === null ? (input.securityDomain ?? '') : idIn(fact.domain));
  if (reference === '') return text('import-row.domain-required');
  const domain = domains(reference);
  if (!domain || !covers(actor, 'users:edit', domain.path)) return text('import-row.no-domain');
  if (fact.id === null || domain.path === fact.domain) return domain;
  // Otherwise someone with more rights in the other domain could move the user, and what the user holds, to where they have those rights.
  const gained = gains(actor, fact.domain, domain.path);
  return gained.length > 0 ? text('user.move-gains', { permissions: gained }) : domain;
}

const idIn = (path: string): string => path.split('/').at(-2) || 'top';

type Wanted = Pick<Person, 'firstName' | 'lastName' | 'email' | 'telephone'> & {
  readonly enabled: boolean | undefined;
  readonly leaving: number | undefined;
  readonly language: MailLanguage | undefined;
};

function readValues(values: StoredFields['values']): Wanted | Text {
  const [firstName, lastName, telephone] = [
    clean(values.firstName),
    clean(values.lastName),
    clean(values.telephone),
  ];
  for (const [field, value, maximum] of [
    ['firstName', firstName, LIMITS.name],
    ['lastName', lastName, LIMITS.name],
    ['telephone', telephone, MAX_TELEPHONE],
  ] as const)
    if (value.length > maximum || userIdKey(value).length > MAX_KEY)
      return text('import-row.too-long', { field, maximum });
  const email = emailSchema.safeParse(values.email ?? '');
  if (!email.success) return text('import-row.bad-email');
  const enabled = enabledIn(values.enabled ?? '');
  if (enabled === 'unclear') return text('import-row.bad-enabled');
  const language = languageIn(values.language ?? '');
  if (language === 'unknown') return text('import-row.bad-language');
  const leaving = leavingSchema.safeParse(values.leaving || undefined);
  if (values.leaving && !leaving.success) return text('import-row.bad-leaving');
  return {
    ...{ firstName, lastName, telephone, email: email.data, enabled, language },
    leaving: leaving.success ? Date.parse(leaving.data) : undefined,
  };
}

/** Invisible characters are removed from names, as with those from a directory. */
const clean = (value = ''): string => value.replace(/\s+/g, ' ').replace(UNPRINTABLE, '').trim();

const YES = new Set('true 1 yes y on enabled active x ja j wahr aktiv aktiviert'.split(' '));
const NO = new Set('false 0 no n off disabled inactive nein falsch inaktiv deaktiviert gesperrt'.split(' '));

function enabledIn(value: string): boolean | undefined | 'unclear' {
  const word = value.toLowerCase();
  if (word === '') return undefined;
  return YES.has(word) ? true : NO.has(word) ? false : 'unclear';
}

const languageIn = (value: string): MailLanguage | undefined | 'unknown' =>
  value === '' ? undefined : (mailLanguageNamed(value) ?? 'unknown');
