/** The certificate that is presented now; asking it has the server call its own public URL. */
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/use-api.ts';

export function useCertificate() {
  const api = useApi();
  return useQuery({
    queryKey: ['certificate'],
    queryFn: () => api('getCertificate', {}),
    staleTime: 60_000,
  });
}
