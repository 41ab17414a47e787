/** Queries on hot paths: Kysely builds and compiles them once for each database, and afterwards only the parameter changes. */
import type { Compilable, CompiledQuery } from 'kysely';
import type { Connection } from './schema.ts';

/** Stands where the parameter goes; no value of ours is this one. */
const PARAMETER = Symbol('parameter') as unknown as string;

/** @param build the query with its one parameter */
export function preparedQuery<Row>(
  build: (db: Connection, parameter: string) => Compilable<Row>,
): (db: Connection, parameter: string) => Promise<Row[]> {
  const compiled = new WeakMap<Connection, CompiledQuery<Row>>();
  return async (db, parameter) => {
    let query = compiled.get(db);
    if (!query) {
      query = build(db, PARAMETER).compile();
      compiled.set(db, query);
    }
    const parameters = query.parameters.map((value) => (value === PARAMETER ? parameter : value));
    return (await db.executeQuery<Row>({ ...query, parameters } as CompiledQuery<Row>)).rows as Row[];
  };
}
