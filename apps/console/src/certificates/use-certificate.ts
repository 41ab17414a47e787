/** The certificate presented now; this request makes the server connect to its own public URL. */
import { MINUTE } from '@sower/api/time';
import { useAnswer } from '../api/use-answer.ts';

export function useCertificate() {
  return useAnswer('getCertificate', {}, { staleTime: MINUTE });
}
