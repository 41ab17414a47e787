/** The settings that matter to anyone who distributes. */
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/connection.ts';

export function useDistributionSettings(enabled: boolean) {
  const api = useApi();
  return useQuery({
    queryKey: ['distributionSettings'],
    queryFn: () => api('getDistributionSettings', {}),
    enabled,
  });
}
