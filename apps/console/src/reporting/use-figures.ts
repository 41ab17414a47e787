/** Figures of the server, kept while one looks from one period to the next. */
import type { FigureRange } from '@sower/api/figures';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../api/use-api.ts';

export function useLogOnFigures(range: FigureRange, enabled = true) {
  const api = useApi();
  return useQuery({
    queryKey: ['figures', 'log-ons', range],
    queryFn: () => api('getLogOnFigures', { query: { range } }),
    placeholderData: keepPreviousData,
    enabled,
  });
}

export function useDistributionFigures(range: FigureRange, enabled = true) {
  const api = useApi();
  return useQuery({
    queryKey: ['figures', 'distributions', range],
    queryFn: () => api('getDistributionFigures', { query: { range } }),
    placeholderData: keepPreviousData,
    enabled,
  });
}

export function useTokenFigures(range: FigureRange) {
  const api = useApi();
  return useQuery({
    queryKey: ['figures', 'tokens', range],
    queryFn: () => api('getTokenFigures', { query: { range } }),
    placeholderData: keepPreviousData,
  });
}

export function useHealthFigures(range: FigureRange) {
  const api = useApi();
  return useQuery({
    queryKey: ['figures', 'health', range],
    queryFn: () => api('getHealthFigures', { query: { range } }),
    placeholderData: keepPreviousData,
  });
}

export function useClientFigures(range: FigureRange) {
  const api = useApi();
  return useQuery({
    queryKey: ['figures', 'clients', range],
    queryFn: () => api('getClientFigures', { query: { range } }),
    placeholderData: keepPreviousData,
  });
}
