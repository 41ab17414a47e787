/** Whether a query repeats on its own what is already shown. A page that is left open must not keep a session alive. */
import type { QueryFunctionContext } from '@tanstack/react-query';

export const isRefresh = ({ client, queryKey }: QueryFunctionContext): boolean =>
  client.getQueryData(queryKey) !== undefined;
