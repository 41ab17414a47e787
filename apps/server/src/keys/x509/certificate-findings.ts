/** What is wrong with a TLS certificate, and its text. */

import type { CertificateFindingCode, CertificateFinding as Shown } from '@sower/api/certificate-findings';
import type { Text } from '@sower/texts/outcomes';
import type { Reason } from '../../store/db/reason.ts';

/** As the API shows it, without its text. */
export type CertificateFinding = Omit<Shown, 'text' | 'values'> & {
  readonly values: Readonly<Record<string, number | Reason>>;
};

export const certificateFinding = (
  code: CertificateFindingCode,
  values: CertificateFinding['values'] = {},
  path?: CertificateFinding['path'],
): CertificateFinding => ({ code, values, ...(path === undefined ? {} : { path }) });

/** The code that detects a finding determines its values; a test compares them with the catalogue. */
export const findingText = ({ code, values }: CertificateFinding): Text =>
  ({ code: `certificate-finding.${code}`, values }) as Text;
