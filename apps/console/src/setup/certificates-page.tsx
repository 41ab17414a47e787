/** Setup > Certificates: what clients see, what is wrong with it, and what to do. */
import { Alert, Button, Card, CardBody, CardTitle, List, ListItem } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useApi } from '../api/use-api.ts';
import { Facts } from '../ui/facts.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Screen } from '../ui/screen.tsx';
import { useTimes } from '../ui/times.ts';

export function Component() {
  const { t } = useTranslation();
  const api = useApi();
  const { time } = useTimes();
  const certificate = useQuery({ queryKey: ['certificate'], queryFn: () => api('getCertificate', {}) });
  return (
    <Screen
      title={t('certificates.title')}
      trail={[{ label: t('menu.setup') }]}
      intro={t('certificates.intro')}
      actions={
        <Button
          variant="secondary"
          onClick={() => void certificate.refetch()}
          isLoading={certificate.isFetching}
          isDisabled={certificate.isFetching}
        >
          {t('certificates.check')}
        </Button>
      }
    >
      <Loaded query={certificate}>
        {({ source, publicUrl, chain, reachable, problems }) => (
          <div className="sower-stack">
            {problems.length === 0 && reachable === 'trusted' ? (
              <Alert component="p" isInline variant="success" title={t('certificates.fine')} />
            ) : (
              <Alert component="p" isInline variant="warning" title={t('certificates.problems')}>
                <List>
                  {problems.map((problem) => (
                    <ListItem key={problem}>{problem}</ListItem>
                  ))}
                </List>
              </Alert>
            )}
            <div className="sower-columns">
              <Card component="section">
                <CardTitle component="h2">{t('certificates.address')}</CardTitle>
                <CardBody>
                  <Facts
                    facts={[
                      [
                        t('certificates.publicUrl'),
                        <span key="url" className="sower-wrap">
                          {publicUrl}
                        </span>,
                      ],
                      [t('certificates.reachable'), t(`certificates.reach.${reachable}`)],
                      [t('certificates.source'), t(`certificates.sources.${source}`)],
                    ]}
                  />
                </CardBody>
              </Card>
              {chain.map((entry, index) => (
                <Card key={entry.fingerprint} component="section">
                  <CardTitle component="h2">
                    {index === 0 ? t('certificates.leaf') : t('certificates.issuerCard', { number: index })}
                  </CardTitle>
                  <CardBody>
                    <Facts
                      facts={[
                        [t('certificates.subject'), entry.subject],
                        [t('certificates.issuer'), entry.issuer],
                        [t('certificates.names'), entry.names.join(', ') || '–'],
                        [t('certificates.validFrom'), time(entry.validFrom)],
                        [t('certificates.validTo'), time(entry.validTo)],
                        [t('certificates.keyType'), entry.keyType],
                        [
                          t('certificates.fingerprint'),
                          <span key="fingerprint" className="sower-mono sower-wrap">
                            {entry.fingerprint}
                          </span>,
                        ],
                      ]}
                    />
                  </CardBody>
                </Card>
              ))}
              <Card component="section">
                <CardTitle component="h2">{t('certificates.toDo')}</CardTitle>
                <CardBody>
                  <List component="ol">
                    <ListItem>{t('certificates.step1')}</ListItem>
                    <ListItem>{t('certificates.step2')}</ListItem>
                    <ListItem>{t('certificates.step3')}</ListItem>
                  </List>
                </CardBody>
              </Card>
            </div>
          </div>
        )}
      </Loaded>
    </Screen>
  );
}
