/** Whether a query asks again by itself for what it shows already. A page that is left open must not keep a session alive. */
import type { QueryFunctionContext } from '@tanstack/react-query';

export const isRefresh = ({ client, queryKey }: QueryFunctionContext): boolean =>
  client.getQueryData(queryKey) !== undefined;
