/** The connection, for components. */
import type { ApiClient } from '@sower/api/client';
import { createContext, use } from 'react';
import type { Connection } from './connection.ts';

export const ConnectionContext = createContext<Connection | undefined>(undefined);

export function useConnection(): Connection {
  const connection = use(ConnectionContext);
  if (!connection) throw new Error('no connection');
  return connection;
}

export function useApi(): ApiClient {
  return useConnection().api;
}
