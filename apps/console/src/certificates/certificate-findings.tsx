/** What is wrong with a certificate. */
import { List, ListItem } from '@patternfly/react-core';
import type { CertificateFinding } from '@sower/api/certificate-findings';

export function CertificateFindings({ findings }: { findings: readonly CertificateFinding[] }) {
  return (
    <List>
      {findings.map(({ code, text }) => (
        <ListItem key={`${code} ${text}`}>
          <span className="sower-wrap">{text}</span>
        </ListItem>
      ))}
    </List>
  );
}
