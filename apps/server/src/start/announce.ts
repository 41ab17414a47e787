/** What a start prints for the person at the terminal. */

import { join } from 'node:path';
import type { RadiusListener } from '@sower/api/radius-clients';
import { PATHS } from '@sower/ctkip/paths';
import type { Config } from '../config.ts';
import { VERSION } from '../http/app.ts';

/** Where the password is, not what it is: standard output ends up in journals that many may read. */
export function announceAdministrator(
  print: (line: string) => void,
  { userName, passwordFile }: { readonly userName: string; readonly passwordFile: string },
): void {
  print('');
  print('This is the first start. The administrator:');
  print(`    user name  ${userName}`);
  print(`    password   in the file ${passwordFile}; delete it once you have logged on`);
}

export function announce(
  print: (line: string) => void,
  facts: {
    readonly config: Config;
    readonly url: string;
    readonly own: boolean;
    readonly radius: readonly RadiusListener[];
    readonly metrics: string | undefined;
    readonly acme: string | undefined;
  },
): void {
  const { config, url, own, radius, metrics, acme } = facts;
  if (own) {
    print('');
    print(`The certificate comes from this server's own CA (${join(config.dataFolder, 'tls', 'ca.pem')}).`);
    print(
      'Authenticators on phones refuse it. Install a trusted one: Setup > Certificates, or sower certificate upload.',
    );
  }
  if (config.tls.kind === 'none') {
    print('');
    print(
      'TLS is off: activation codes and passcodes travel to this port in the clear. Put a TLS proxy in front of it.',
    );
  }
  print('');
  // In one piece: whoever waits for the first line has the others too.
  print(
    [
      `Sower ${VERSION} is ready: ${url}`,
      `    for clients   ${config.publicUrl}`,
      `    CT-KIP        ${config.publicUrl}${PATHS.deployed}`,
      `    console       ${config.publicUrl}/console/`,
      `    authenticator ${config.publicUrl}/authenticator/`,
      `    self-service  ${config.publicUrl}/self-service/`,
      `    API           ${config.publicUrl}/api/${config.apiDocs ? 'docs' : 'v1'}`,
      ...(acme === undefined ? [] : [`    ACME          ${acme}`]),
      ...(metrics === undefined ? [] : [`    metrics       ${metrics}/metrics`]),
      ...radius.map(({ kind, address }) => `    RADIUS        ${address} (${kind})`),
      `    data folder   ${config.dataFolder}`,
    ].join('\n'),
  );
}
