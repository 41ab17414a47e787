/**
 * Refuses requests whose JSON contains text that is not well-formed Unicode. An escape can write half of a surrogate pair, which the
 * database would store as a different character from the one that was checked. And, of the API, text that contains NUL, wherever in the
 * request: PostgreSQL takes it neither to store nor to compare, and what SQLite stored could not be moved there.
 */
import type { FastifyInstance } from 'fastify';

export class IllFormedText extends Error {
  readonly statusCode = 400;
  readonly why: 'ill-formed-text' | 'nul';
  constructor(why: IllFormedText['why']) {
    super(why);
    this.why = why;
  }
}

export function refuseIllFormedText(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ body }) => {
    if (!everyText(body, (text) => text.isWellFormed())) throw new IllFormedText('ill-formed-text');
  });
}

export function refuseNul(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ params, query, body }) => {
    // A file is read row by row, and of each row is said what is wrong with it.
    const fits = (text: string, name: string): boolean => name === 'file' || !text.includes('\u0000');
    if (!everyText([params, query, body], fits)) throw new IllFormedText('nul');
  });
}

/** Every name and text in a JSON value. Not recursive: the sender chooses the depth. */
function everyText(value: unknown, fits: (text: string, name: string) => boolean): boolean {
  const waiting: [name: string, value: unknown][] = [['', value]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [name, held] = next;
    if (typeof held === 'string' && !fits(held, name)) return false;
    if (typeof held !== 'object' || held === null || Buffer.isBuffer(held)) continue;
    if (Array.isArray(held)) {
      for (const each of held) waiting.push([name, each]);
      continue;
    }
    for (const entry of Object.entries(held)) {
      if (!fits(entry[0], '')) return false;
      waiting.push(entry);
    }
  }
  return true;
}
