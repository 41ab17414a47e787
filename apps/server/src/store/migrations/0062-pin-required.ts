/**
 * New installations require a PIN for fob and PINPad tokens. One that is there already goes on accepting the bare tokencode: where the top domain had
 * no policy of its own, it has what held by default until now, to be seen and changed. Policies of domains say all of their fields.
 */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const FORMER = {
  wrongBeforeNextTokencode: 10,
  wrongBeforeHoldBack: 5,
  pinRequired: false,
  pinChosenBy: 'user',
  pinMinLength: 4,
  pinMaxLength: 8,
  pinCharacters: 'alphanumeric',
  pinMinLetters: 0,
  pinMinDigits: 0,
  pinExcludedWords: [
    ...['12345', '54321', 'abc123', 'admin', 'asdf', 'geheim', 'hallo', 'hello', 'letmein'],
    ...['passwor', 'qwert', 'secret', 'sower', 'token', 'welcome', 'willkom'],
  ],
  pinSequences: false,
  pinMaxAgeDays: 0,
  pinHistory: 0,
};

export const pinRequired: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    // It comes with the first start.
    const top = await db
      .selectFrom('security_domains')
      .select('id')
      .where('id', '=', 'top')
      .executeTakeFirst();
    if (top === undefined) return;
    await db
      .insertInto('policies')
      .values({ domain_id: 'top', kind: 'token', body: JSON.stringify(FORMER), version: 1 })
      .onConflict((conflict) => conflict.columns(['domain_id', 'kind']).doNothing())
      .execute();
  },
};
