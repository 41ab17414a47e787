/** The options by which `sower token list` and `sower token bulk` search. */
import type { TokenSearchInput as TokenSearch } from '@sower/api/bulk';
import { distributionStates } from '@sower/api/distributions';
import { type Command, Option } from 'commander';
import { calendarDate, securityDomainOption, serialNumber } from '../../options.ts';
import { t } from '../../texts.ts';

export type Search = {
  serial?: string;
  contains?: string;
  from?: string;
  to?: string;
  user?: string;
  assigned?: boolean;
  unassigned?: boolean;
  enabled?: boolean;
  disabled?: boolean;
  expiresBefore?: string;
  expired?: boolean;
  lost?: boolean;
  lastName?: string;
  profile?: string;
  deviceType?: string;
  securityDomain?: string;
  distribution?: (typeof distributionStates)[number] | 'none';
  replacement?: 'replacing' | 'replaced';
};

export function searchOptions(command: Command): Command {
  return securityDomainOption(command, t('token.search.securityDomain'))
    .option('--serial <start>', t('token.search.serial'))
    .option('--contains <digits>', t('token.search.contains'))
    .option('--from <serial>', t('token.search.from'), serialNumber)
    .option('--to <serial>', t('token.search.to'), serialNumber)
    .option('--user <userid>', t('token.search.user'))
    .addOption(new Option('--assigned', t('token.search.assigned')).conflicts('unassigned'))
    .addOption(new Option('--unassigned', t('token.search.unassigned')))
    .addOption(new Option('--enabled', t('token.search.enabled')).conflicts('disabled'))
    .addOption(new Option('--disabled', t('token.search.disabled')))
    .option('--last-name <start>', t('token.search.lastName'))
    .option('--profile <name>', t('token.search.profile'))
    .option('--device-type <id>', t('token.search.deviceType'))
    .option('--expired', t('token.search.expired'))
    .option('--lost', t('token.search.lost'))
    .option('--expires-before <date>', t('token.search.expiresBefore'), calendarDate)
    .addOption(
      new Option('--distribution <state>', t('token.search.distribution')).choices([
        ...distributionStates,
        'none',
      ]),
    )
    .addOption(
      new Option('--replacement <part>', t('token.search.replacement')).choices(['replacing', 'replaced']),
    );
}

/** As the address has it; the server checks the values. */
export function searchOf(options: Search): TokenSearch {
  return Object.fromEntries(
    Object.entries({
      serial: options.serial,
      serialContains: options.contains,
      serialFrom: options.from,
      serialTo: options.to,
      userId: options.user,
      assigned: options.assigned === true ? 'true' : options.unassigned === true ? 'false' : undefined,
      enabled: options.enabled === true ? 'true' : options.disabled === true ? 'false' : undefined,
      expiresBefore: options.expiresBefore,
      expired: options.expired === true ? 'true' : undefined,
      lost: options.lost === true ? 'true' : undefined,
      lastName: options.lastName,
      profile: options.profile,
      deviceType: options.deviceType,
      securityDomain: options.securityDomain,
      distribution: options.distribution,
      replacement: options.replacement,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ) as TokenSearch;
}
