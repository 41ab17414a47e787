/** What is wrong with a certificate, in the person's language. */
import { List, ListItem } from '@patternfly/react-core';
import type { CertificateFinding } from '@sower/api/certificate-findings';
import { useTranslation } from 'react-i18next';

export function useFindingWords(): (finding: CertificateFinding) => string {
  const { t } = useTranslation();
  return ({ code, values }) => t(`certificateFindings.${code}`, values);
}

export function CertificateFindings({ findings }: { findings: readonly CertificateFinding[] }) {
  const words = useFindingWords();
  return (
    <List>
      {findings.map((finding) => (
        <ListItem key={`${finding.code} ${finding.text}`}>
          <span className="sower-wrap">{words(finding)}</span>
        </ListItem>
      ))}
    </List>
  );
}
