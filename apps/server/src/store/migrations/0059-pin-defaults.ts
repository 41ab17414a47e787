/**
 * New installations refuse PINs such as 1234, and words that everybody thinks of first. One that is there already keeps what it had: where the top
 * domain had no policy of its own, it has the former defaults from now on, to be seen and changed. None mentions sequences, since a server of the
 * version before, which serves on during an upgrade, reads no policy with a field that it does not know; one without it allows them.
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
  pinExcludedWords: [],
  pinMaxAgeDays: 0,
  pinHistory: 0,
};

export const pinDefaults: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    const policies: { domain_id: string; body: string }[] = await db
      .selectFrom('policies')
      .select(['domain_id', 'body'])
      .where('kind', '=', 'token')
      .execute();
    for (const { domain_id, body } of policies) {
      // What a policy does not say it had by default.
      await db
        .updateTable('policies')
        .set({ body: JSON.stringify({ pinExcludedWords: [], ...JSON.parse(body) }) })
        .where('kind', '=', 'token')
        .where('domain_id', '=', domain_id)
        .execute();
    }
    // It comes with the first start.
    const top = await db
      .selectFrom('security_domains')
      .select('id')
      .where('id', '=', 'top')
      .executeTakeFirst();
    if (top === undefined || policies.some(({ domain_id }) => domain_id === 'top')) return;
    await db
      .insertInto('policies')
      .values({ domain_id: 'top', kind: 'token', body: JSON.stringify(FORMER), version: 1 })
      .execute();
  },
};
