/** What the server answers, for as long as it is shown. */
import type { ApiClient } from '@sower/api/client';
import { type CallOf, OPERATIONS, type OperationName, type ResponseOf } from '@sower/api/operations';
import {
  type QueryFunctionContext,
  type QueryKey,
  type UseQueryOptions,
  type UseQueryResult,
  useQuery,
} from '@tanstack/react-query';
import { useApi } from './connection.ts';

type FirstPart<Path> = Path extends `/${infer First}/${string}`
  ? First
  : Path extends `/${infer First}`
    ? First
    : never;
/**
 * The names by which answers are kept, and read again: the first part of a path of the API, or what a page puts together of several answers.
 * A misspelled one, which would refresh nothing, does not compile.
 */
type AnswerKey = readonly [
  FirstPart<(typeof OPERATIONS)[OperationName]['path']> | 'find' | 'help' | 'look' | 'report' | 'served',
  ...unknown[],
];
declare module '@tanstack/react-query' {
  interface Register {
    queryKey: AnswerKey;
  }
}

/**
 * An answer is known by the path of its operation, its query and its body: once something is done to a user, all that begins with
 * `['users', userId]` is read again.
 * @param also what else it depends on
 */
export function answerOf<N extends OperationName>(api: ApiClient, name: N, call: CallOf<N>, also?: unknown) {
  const { params, query, body } = call as {
    params?: Record<string, string>;
    query?: object;
    body?: unknown;
  };
  const [, first, ...path] = OPERATIONS[name].path.split('/');
  return {
    queryKey: [
      first as AnswerKey[0],
      ...path.map((part) => (part.startsWith(':') ? params?.[part.slice(1)] : part)),
      ...(query === undefined ? [] : [query]),
      ...(body === undefined ? [] : [body]),
      ...(also === undefined ? [] : [also]),
    ] as const,
    queryFn: () => api(name, call),
  };
}

/** Reads it, and again when it may have changed. What is repeated at intervals is quiet: a page that is left open keeps no session alive. */
export function useAnswer<N extends OperationName>(
  name: N,
  call: CallOf<N>,
  { also, ...how }: Omit<UseQueryOptions<ResponseOf<N>>, 'queryKey' | 'queryFn'> & { also?: unknown } = {},
): UseQueryResult<ResponseOf<N>> {
  const api = useApi();
  return useQuery({
    ...how,
    ...answerOf(api, name, call, also),
    ...(how.refetchInterval !== undefined && {
      queryFn: (context: QueryFunctionContext) =>
        api(name, isRefresh(context) ? { ...call, quiet: true } : call),
    }),
  });
}

/** Whether a query repeats what is already shown. */
export const isRefresh = ({ client, queryKey }: QueryFunctionContext): boolean =>
  client.getQueryData(queryKey) !== undefined;

/** Who is logged on, which nothing that is done changes. */
export const isSession = ({ queryKey }: { queryKey: QueryKey }): boolean =>
  queryKey.length === 1 && queryKey[0] === 'session';
