/**
 * Refuses requests whose JSON contains text that is not well-formed Unicode. An escape can write half of a surrogate pair, which the
 * database would store as a different character from the one that was checked.
 */
import type { FastifyInstance } from 'fastify';

export class IllFormedText extends Error {
  readonly statusCode = 400;
}

export function refuseIllFormedText(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ body }) => {
    if (!isWellFormed(body)) throw new IllFormedText('half of a surrogate pair in the body');
  });
}

/** Every name and text in a JSON value. Not recursive: the sender chooses the depth. */
function isWellFormed(value: unknown): boolean {
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'string' && !next.isWellFormed()) return false;
    if (typeof next !== 'object' || next === null || Buffer.isBuffer(next)) continue;
    if (Array.isArray(next)) {
      for (const each of next) waiting.push(each);
      continue;
    }
    for (const [name, each] of Object.entries(next)) {
      if (!name.isWellFormed()) return false;
      waiting.push(each);
    }
  }
  return true;
}
