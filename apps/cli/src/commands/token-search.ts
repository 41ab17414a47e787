/** The options by which `sower token list` and `sower token bulk` search. */
import type { TokenSearchInput as TokenSearch } from '@sower/api/bulk';
import { distributionStates } from '@sower/api/distributions';
import { type Command, Option } from 'commander';
import { calendarDate, securityDomainOption, serialNumber } from '../options.ts';

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
  return securityDomainOption(command, 'only those in this security domain, or below it')
    .option('--serial <start>', 'start of the serial number')
    .option('--contains <digits>', 'digits anywhere in the serial number')
    .option('--from <serial>', 'first serial number', serialNumber)
    .option('--to <serial>', 'last serial number', serialNumber)
    .option('--user <userid>', 'tokens of this user')
    .addOption(new Option('--assigned', 'only assigned ones').conflicts('unassigned'))
    .addOption(new Option('--unassigned', 'only unassigned ones'))
    .addOption(new Option('--enabled', 'only enabled ones').conflicts('disabled'))
    .addOption(new Option('--disabled', 'only disabled ones'))
    .option('--last-name <start>', "start of the holder's last name")
    .option('--profile <name>', 'profile of the latest distribution')
    .option('--device-type <id>', 'device type of the latest distribution')
    .option('--expired', 'only expired ones')
    .option('--lost', 'only lost ones')
    .option('--expires-before <date>', 'only those that expire earlier', calendarDate)
    .addOption(
      new Option('--distribution <state>', 'state of the latest distribution').choices([
        ...distributionStates,
        'none',
      ]),
    )
    .addOption(
      new Option(
        '--replacement <part>',
        'tokens that wait to replace another, or are to be replaced',
      ).choices(['replacing', 'replaced']),
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
