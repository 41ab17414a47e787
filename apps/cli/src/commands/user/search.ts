/** Which users: options of the commands that list, export or change many. */
import type { UserSearchInput } from '@sower/api/user-bulk';
import { type Command, Option } from 'commander';
import { securityDomainOf, securityDomainOption } from '../../options.ts';
import { t } from '../../texts.ts';

export type UserSearch = {
  search?: string;
  enabled?: true;
  disabled?: true;
  securityDomain?: string;
  source?: string;
};

export const userSearchOptions = (command: Command): Command =>
  securityDomainOption(
    command.option('--search <text>', t('user.list.search')),
    t('user.list.securityDomain'),
  )
    .addOption(new Option('--enabled', t('user.list.enabled')).conflicts('disabled'))
    .addOption(new Option('--disabled', t('user.list.disabled')))
    .option('--source <id>', t('user.list.source'));

export const userSearchOf = ({
  search,
  enabled,
  disabled,
  source,
  ...domain
}: UserSearch): UserSearchInput => ({
  ...(search === undefined ? {} : { search }),
  ...(enabled || disabled ? { enabled: enabled ? 'true' : 'false' } : {}),
  ...(source === undefined ? {} : { source }),
  ...securityDomainOf(domain),
});
