/** Names that an earlier version took and this one would refuse, since they may look like those of others. Their users can log on with them. */
import { userNameSchema } from '@sower/api/fields';
import { visible } from '@sower/bytes/printable';
import { text } from '@sower/texts/outcomes';
import type { Database } from '../../store/schema/schema.ts';
import { type Finding, good, warn } from './findings.ts';

const PAGE = 5_000;
/** More would hide the rest of what is found. */
const MAX_NAMED = 20;

export async function lookAtNames(db: Database): Promise<Finding[]> {
  const named: string[] = [];
  let count = 0;
  for await (const { id, name } of names(db)) {
    if (userNameSchema.safeParse(name).data === name) continue;
    count += 1;
    if (count <= MAX_NAMED) named.push(`${id} (${visible(name)})`);
  }
  return count === 0
    ? [good('directory', text('doctor.names'))]
    : [warn('directory', text('doctor.names-unusual', { count, named: named.join(', ') }))];
}

async function* names(db: Database): AsyncGenerator<{ readonly id: string; readonly name: string }> {
  yield* await db.selectFrom('administrators').select(['id', 'user_name as name']).orderBy('id').execute();
  for (let after = ''; ; ) {
    const page = await db
      .selectFrom('users')
      .select(['id', 'user_id as name'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute();
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    after = last.id;
  }
}
