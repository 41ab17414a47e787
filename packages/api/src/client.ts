/** A typed client of the API: one function per name in the operation table. The transport is an argument. */

import { jsonIn } from './json.ts';
import { QUIET_HEADER } from './operation.ts';
import {
  type CallOf,
  OPERATIONS,
  type Operation,
  type OperationName,
  type ResponseOf,
} from './operations.ts';
import { type ProblemDocument, problemSchema } from './problems.ts';

export type ApiTransport = (request: {
  method: string;
  /** Path and query below the server's base URL, such as `/api/v1/tokens?limit=5`. */
  path: string;
  headers: Record<string, string>;
  body?: string;
  /** Takes as long as it takes. */
  long?: true;
}) => Promise<{ status: number; body: string }>;

/** The server answered with a problem (RFC 9457). */
export class ApiProblem extends Error {
  readonly problem: ProblemDocument;
  constructor(problem: ProblemDocument) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }
}

/** Enough to see what it is about. */
const MAX_FIELDS = 5;

/** The answer does not belong to this version of the API. */
export class UnexpectedAnswer extends Error {
  readonly status: number;
  /** Whether it was JSON at all. */
  readonly isJson: boolean;
  /** Fields that are missing or of another kind than this version expects: the server is of another version. */
  readonly fields: readonly string[];
  constructor(status: number, isJson: boolean, fields: readonly string[] = []) {
    super(
      fields.length > 0
        ? `The server answered ${status} with other fields than expected: ${fields.join(', ')}.`
        : isJson
          ? `The server answered ${status}.`
          : `The server answered ${status} without a JSON document. Is this address Sower's?`,
    );
    this.status = status;
    this.isJson = isJson;
    this.fields = fields;
  }
}

export type ApiClient = <N extends OperationName>(name: N, call: CallOf<N>) => Promise<ResponseOf<N>>;

/**
 * @param transport sends one request; rejects if the server cannot be reached
 * @returns a function that resolves to the checked response, or rejects with {@link ApiProblem}
 */
export function apiClient(transport: ApiTransport, apiKey?: string): ApiClient {
  return async (name, call) => {
    const operation: Operation = OPERATIONS[name];
    const input = call as {
      params?: Record<string, unknown>;
      query?: Record<string, unknown>;
      body?: unknown;
      ifMatch?: number;
      quiet?: boolean;
    };
    const path = operation.path.replace(/:(\w+)/g, (_, key: string) =>
      encodeURIComponent(String(input.params?.[key])),
    );
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(input.query ?? {})) {
      if (value !== undefined) query.set(key, String(value));
    }
    const response = await transport({
      method: operation.method,
      path: `/api/v1${path}${query.size > 0 ? `?${query}` : ''}`,
      headers: {
        accept: 'application/json',
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(input.ifMatch === undefined ? {} : { 'if-match': `"${input.ifMatch}"` }),
        ...(input.quiet ? { [QUIET_HEADER]: '1' } : {}),
      },
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      ...(operation.long && { long: true }),
    });
    if (response.status === 204) return undefined as ResponseOf<typeof name>;
    const document = jsonIn(response.body);
    if (document === undefined) throw new UnexpectedAnswer(response.status, false);
    if (response.status >= 400) {
      const problem = problemSchema.safeParse(document);
      if (problem.success) throw new ApiProblem(problem.data);
      throw new UnexpectedAnswer(response.status, true);
    }
    const read = operation.response?.safeParse(document);
    if (read?.success === false) {
      const fields = read.error.issues.map(({ path }) => path.join('.'));
      throw new UnexpectedAnswer(response.status, true, [...new Set(fields)].slice(0, MAX_FIELDS));
    }
    return read?.data as ResponseOf<typeof name>;
  };
}
