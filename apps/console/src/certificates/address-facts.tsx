/** Whether the public URL answers, with what, and whether it is this server. */
import type { Certificate } from '@sower/api/certificates';
import { useTexts } from '../texts/use-texts.ts';
import { Facts } from '../ui/facts.tsx';

export function AddressFacts({ seen }: { seen: Certificate }) {
  const t = useTexts();
  return (
    <Facts
      facts={[
        [
          t('certificates.publicUrl'),
          <span key="url" className="sower-wrap">
            {seen.publicUrl}
          </span>,
        ],
        [t('certificates.reachable'), t(`certificates.reach.${seen.reachable}`)],
        [
          t('certificates.answeredBy'),
          seen.thisServer === undefined
            ? '–'
            : t(seen.thisServer ? 'certificates.thisServer' : 'certificates.anotherServer'),
        ],
        [t('certificates.source'), t(`certificates.sources.${seen.source}`)],
      ]}
    />
  );
}
