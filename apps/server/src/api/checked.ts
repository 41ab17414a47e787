/** The parts of a request, checked against an operation's schemas: what a handler gets has the types it declares. */
import type { Operation } from '@sower/api/operations';
import { text } from '@sower/texts/outcomes';
import type { z } from 'zod';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { everyText } from '../web/body.ts';
import type { Request } from '../web/request.ts';
import { fieldText } from './validation-texts.ts';

export type Parts = { readonly params: unknown; readonly query: unknown; readonly body: unknown };

/**
 * Text that contains NUL is refused wherever it is: PostgreSQL takes it neither to store nor to compare, and what SQLite stored could not be
 * moved there. Of a file, each row is judged by itself.
 */
const fits = (text: string, name: string): boolean => name === 'file' || !text.includes('\u0000');

export function checkedParts(
  operation: Operation,
  { params, query }: Request,
  body: unknown,
): Outcome<Parts> {
  const sent = { params, query, body };
  if (!everyText(sent, fits)) return refused('invalid-request', text('request.nul'));
  const checked: { params: unknown; query: unknown; body: unknown } = sent;
  for (const part of PARTS) {
    const schema = operation[part];
    if (!schema) continue;
    const result = schema.safeParse(sent[part]);
    if (!result.success) return invalid(result.error.issues);
    checked[part] = result.data;
  }
  return done(checked);
}

const PARTS = ['params', 'body', 'query'] as const;

function invalid(issues: readonly z.core.$ZodIssue[]) {
  const errors = issues.map(({ code: keyword, message, path, ...params }) => ({
    path: path.join('.'),
    message: fieldText({ keyword, message, params }),
  }));
  const problems = errors.map(({ path, message }) =>
    path ? text('request.field', { field: path, problem: message }) : message,
  );
  return refused('invalid-request', text('request.invalid', { problems }), errors);
}
