/** The certificate presented now; this request makes the server connect to its own public URL. */
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/connection.ts';

export function useCertificate() {
  const api = useApi();
  return useQuery({
    queryKey: ['certificate'],
    queryFn: () => api('getCertificate', {}),
    staleTime: 60_000,
  });
}
