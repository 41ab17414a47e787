/**
 * docs/schema.md is the schema as the migrations leave it, on PostgreSQL: one page to read, written by
 * `SOWER_WRITE_TABLES=1 npx vitest run test/server/store/schema.test.ts`. SQLite has the same tables, columns and indexes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { openDatabase } from '@sower/server/store/db/open';
import { IN_DOMAIN } from '@sower/server/store/directory/domains';
import type { Database } from '@sower/server/store/schema/schema';
import { FORGOTTEN_WITH_HOLDER } from '@sower/server/store/tokens/release';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { POSTGRESQL, SQLITE } from '../../harness/databases.ts';

const PAGE = new URL('../../../docs/schema.md', import.meta.url);
const HEAD = `# The schema

Every table as the migrations leave it, on PostgreSQL; [architecture.md](architecture.md#data-model) says what a row is and what is
guaranteed about it, and [schema.ts](../apps/server/src/store/schema/schema.ts) has the same columns as types. SQLite has the same tables,
columns and indexes, with its own types. A test compares this page with both.
`;

type Columns = Readonly<Record<string, readonly string[]>>;
const grouped = (rows: readonly { readonly name: string; readonly line: string }[]): Columns => {
  const lines: Record<string, string[]> = {};
  for (const { name, line } of rows) {
    lines[name] ??= [];
    lines[name].push(line);
  }
  return lines;
};
const linesOf = async (db: Database, query: ReturnType<typeof sql<{ name: string; line: string }>>) =>
  grouped((await query.execute(db)).rows);

async function pageOf(db: Database): Promise<string> {
  const columns = await linesOf(
    db,
    sql`select c.relname as name, a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || case when a.attnotnull then ' not null' else '' end
        || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where n.nspname = 'public' and c.relkind = 'r' and c.relname not like 'kysely%' and a.attnum > 0 and not a.attisdropped
      order by c.relname, a.attnum`,
  );
  const constraints = await linesOf(
    db,
    sql`select c.relname as name, pg_get_constraintdef(k.oid) as line from pg_constraint k join pg_class c on c.oid = k.conrelid
      join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and k.contype in ('p', 'u', 'f', 'c')
      order by c.relname, array_position(array['p', 'u', 'f', 'c'], k.contype::text), line`,
  );
  const indexes = await linesOf(
    db,
    sql`select tablename as name, replace(replace(indexdef, ' ON public.', ' ON '), ' USING btree', '') as line from pg_indexes i
      where schemaname = 'public' and not exists (select 1 from pg_constraint k where k.conname = i.indexname)
      order by tablename, indexname`,
  );
  const triggers = await linesOf(
    db,
    sql`select c.relname as name, replace(pg_get_triggerdef(g.oid), ' ON public.', ' ON ') as line from pg_trigger g
      join pg_class c on c.oid = g.tgrelid where not g.tgisinternal order by c.relname, g.tgname`,
  );
  const tables = Object.keys(columns).map((table) =>
    [
      `## ${table}`,
      '',
      '```sql',
      ...(columns[table] ?? []),
      ...[constraints, indexes, triggers].flatMap((of) => (of[table] ? ['', ...of[table]] : [])),
      '```',
    ].join('\n'),
  );
  return `${HEAD}\n${tables.join('\n\n')}\n`;
}

/** But for those in which SQLite keeps an index: PostgreSQL has it at the table. */
const columnsOf = async (db: Database): Promise<Columns> =>
  Object.fromEntries(
    (await db.introspection.getTables())
      .filter(({ name }) => !name.startsWith('user_words_fts'))
      .map(({ name, columns }) => [name, columns.map((column) => column.name).sort()]),
  );

test('docs/schema.md is the schema, and both databases have its tables and columns', async () => {
  const postgresql = await POSTGRESQL.fresh();
  const sqlite = await SQLITE.fresh();
  const one = await openDatabase(postgresql.location);
  const other = await openDatabase(sqlite.location);
  try {
    const page = await pageOf(one.db);
    if (process.env.SOWER_WRITE_TABLES) writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, 'utf8')).toBe(page);
    expect(page.match(/^## /gm)?.length).toBeGreaterThan(60);
    expect(await columnsOf(other.db)).toEqual(await columnsOf(one.db));
  } finally {
    await Promise.all([one.close(), other.close()]);
    await Promise.all([postgresql.drop(), sqlite.drop()]);
  }
});

/** Those of the page with a column of which this is the name. */
const tablesWith = (column: RegExp): string[] =>
  [...readFileSync(PAGE, 'utf8').matchAll(/^## (\w+)\n([\s\S]*?)(?=\n## |$(?![\s\S]))/gm)]
    .filter(([, , columns = '']) => columns.split('\n').some((line) => column.test(line.split(' ')[0] ?? '')))
    .map(([, table = '']) => table);

test('of tables about a token, each is forgotten with its user, or stays for a reason', () => {
  const about = tablesWith(/^token_id$/);
  // The history of a token; what a job did; who left, which is compared with the user whom the token has now.
  expect(about.toSorted()).toEqual(
    [...FORGOTTEN_WITH_HOLDER, 'distributions', 'job_rows', 'rule_leavers'].toSorted(),
  );
});

test('of tables that name a security domain, each keeps it from being deleted, or does not for a reason', () => {
  const naming = tablesWith(/domain|^parent_id$|^realms$/);
  // Deleted with it; history; what a job did; what a run found, which the next finds again.
  const others = ['policies', 'figures', 'job_rows', 'source_entries'];
  expect(naming.toSorted()).toEqual([...Object.keys(IN_DOMAIN), ...others].toSorted());
});
