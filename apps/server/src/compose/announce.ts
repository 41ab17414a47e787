/** What the server prints at startup: sentences at a terminal, otherwise lines of the log. */

import { join } from 'node:path';
import type { RadiusListener } from '@sower/api/radius-clients';
import { PATHS } from '@sower/ctkip/paths';
import type { Config } from '../config.ts';
import { logOf } from './fatal.ts';

type Fields = Readonly<Record<string, string | readonly string[]>>;
export type Say = (message: string, fields?: Fields) => void;

/** At whatever level the log is: who waits for a start waits for these. */
export const sayer = (terminal: boolean): Say => {
  const log = logOf('info');
  if (!terminal) return (message, fields = {}) => log.info(fields, message);
  return (message, fields = {}) => {
    const rows = Object.entries(fields).flatMap(([name, values]) =>
      [values].flat().map((value) => `    ${name.padEnd(13)} ${value}`),
    );
    console.log(['', message, ...rows].join('\n'));
  };
};

/** Where the password is, not what it is: standard output ends up in journals that many may read. */
export const announceAdministrator = (
  say: Say,
  { userName, passwordFile }: { readonly userName: string; readonly passwordFile: string },
): void =>
  say('This is the first start. Log on with the password in the file, then delete it.', {
    userName,
    passwordFile,
  });

export function announce(
  say: Say,
  facts: {
    readonly config: Config;
    readonly version: string;
    readonly url: string;
    readonly own: boolean;
    readonly radius: readonly RadiusListener[];
    readonly metrics: string | undefined;
    readonly acme: string | undefined;
  },
): void {
  const { config, version, url, own, radius, metrics, acme } = facts;
  if (own)
    say(
      "The certificate comes from this server's own CA. Authenticators on phones refuse it. Install a trusted one: Setup > Certificates, or sower certificate upload.",
      { authority: join(config.dataFolder, 'tls', 'ca.pem') },
    );
  if (config.tls.kind === 'none')
    say(
      'TLS is off: activation codes and passcodes travel to this port in the clear. Put a TLS proxy in front of it.',
    );
  say(`Sower ${version} is ready: ${url}`, {
    clients: config.publicUrl,
    ctkip: `${config.publicUrl}${PATHS.deployed}`,
    console: `${config.publicUrl}/console/`,
    authenticator: `${config.publicUrl}/authenticator/`,
    selfService: `${config.publicUrl}/self-service/`,
    api: `${config.publicUrl}/api/${config.apiDocs ? 'docs' : 'v1'}`,
    ...(acme === undefined ? {} : { acme }),
    ...(metrics === undefined ? {} : { metrics: `${metrics}/metrics` }),
    ...(radius.length === 0 ? {} : { radius: radius.map(({ kind, address }) => `${address} (${kind})`) }),
    dataFolder: config.dataFolder,
  });
}
