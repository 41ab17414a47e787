/** Who letters are from. It is printed on every one of them, so whoever distributes may read it without a right to the settings. */
import type { Letterhead } from '@sower/api/distributions';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';

type SettingsContext = Pick<ServerContext, 'settings'>;

export async function showLetterhead(context: SettingsContext, actor: Actor): Promise<Outcome<Letterhead>> {
  return denied(actor, 'tokens:distribute') ?? done(await letterheadOf(context));
}

export async function letterheadOf({ settings }: SettingsContext): Promise<Letterhead> {
  const current = await settings.current();
  return {
    name: current['organization.name'],
    address: linesOf(current['organization.address']),
    logo: current['organization.logo'],
  };
}

export const linesOf = (address: string): string[] =>
  address
    .split(/[\r\n;]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
