/** Before a token goes to a device that refuses certificates it does not trust: what is wrong with ours, and what to do. */
import { Alert, List, ListItem } from '@patternfly/react-core';
import type { DeviceType } from '@sower/api/resources';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useApi } from '../api/use-api.ts';

export function CertificateWarning({ deviceType }: { deviceType: DeviceType }) {
  const { t } = useTranslation();
  const api = useApi();
  const certificate = useQuery({
    queryKey: ['certificate'],
    queryFn: () => api('getCertificate', {}),
    staleTime: 60_000,
  });
  const problems = certificate.data?.problems ?? [];
  if (!certificate.data || (problems.length === 0 && certificate.data.reachable === 'trusted')) return null;
  return (
    <Alert
      component="p"
      isInline
      variant={deviceType.trustedCertificateRequired ? 'warning' : 'info'}
      title={
        deviceType.trustedCertificateRequired
          ? t('distribute.certificateRefused', { device: deviceType.name })
          : t('distribute.certificateAsked', { device: deviceType.name })
      }
    >
      <List>
        {problems.map((problem) => (
          <ListItem key={problem}>{problem}</ListItem>
        ))}
      </List>
      <p>{t('distribute.certificateToDo')}</p>
      <Link to="/certificates">{t('distribute.certificateLink')}</Link>
    </Alert>
  );
}
