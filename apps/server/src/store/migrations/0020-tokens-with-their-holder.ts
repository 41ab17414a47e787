/**
 * A token that somebody holds is in the security domain of its holder, and the database keeps it so: it follows its user, and neither
 * can be written apart from the other.
 */
import { type Kysely, PostgresAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const tokensWithTheirHolder: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await sql`
      update tokens set version = version + 1, domain = (select users.domain from users where users.id = tokens.user_id)
      where user_id is not null and domain <> (select users.domain from users where users.id = tokens.user_id)`.execute(
      db,
    );
    await sql`create unique index users_place on users (id, domain)`.execute(db);
    if (db.getExecutor().adapter instanceof PostgresAdapter) {
      await sql`alter table tokens add constraint tokens_holder
        foreign key (user_id, domain) references users (id, domain) on update cascade`.execute(db);
      return;
    }
    // SQLite adds no constraint to a table that is there: triggers say the same.
    const apart = sql`new.user_id is not null and new.domain is not (select domain from users where id = new.user_id)
      begin select raise(abort, 'a held token is in the security domain of its holder'); end`;
    await sql`create trigger tokens_holder_insert before insert on tokens when ${apart}`.execute(db);
    await sql`create trigger tokens_holder_update before update of user_id, domain on tokens when ${apart}`.execute(
      db,
    );
    await sql`create trigger users_move after update of domain on users when new.domain is not old.domain
      begin update tokens set domain = new.domain where user_id = new.id; end`.execute(db);
  },
};
