/** Which users: options of the commands that list, export or change many. */
import type { Command } from 'commander';
import { t } from '../../texts.ts';

export type UserSearch = { search?: string };

export const userSearchOptions = (command: Command): Command =>
  command.option('--search <text>', t('user.list.search'));

export const userSearchOf = ({ search }: UserSearch) => ({
  ...(search === undefined ? {} : { search }),
});
