/** Figures of the server, kept while one looks from one period to the next. */
import type { FigureRange } from '@sower/api/figures';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../api/connection.ts';

type Api = ReturnType<typeof useApi>;

const figuresOf =
  <Figures>(name: string, read: (api: Api, query: { range: FigureRange }) => Promise<Figures>) =>
  (range: FigureRange, enabled = true) => {
    const api = useApi();
    return useQuery({
      queryKey: ['figures', name, range],
      queryFn: () => read(api, { range }),
      placeholderData: keepPreviousData,
      enabled,
    });
  };

export const useLogOnFigures = figuresOf('log-ons', (api, query) => api('getLogOnFigures', { query }));

export const useDistributionFigures = figuresOf('distributions', (api, query) =>
  api('getDistributionFigures', { query }),
);

export const useTokenFigures = figuresOf('tokens', (api, query) => api('getTokenFigures', { query }));

export const useHealthFigures = figuresOf('health', (api, query) => api('getHealthFigures', { query }));

export const useClientFigures = figuresOf('clients', (api, query) => api('getClientFigures', { query }));
