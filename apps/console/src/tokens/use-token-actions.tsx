/** Actions on one token, as the entries of its context menu. An entry that is refused now says why. */
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { useConsole } from '../session/use-console.ts';
import type { ConsoleTexts } from '../texts/use-texts.ts';
import type { MenuEntry } from '../ui/action-menu.tsx';
import { useAtOnce } from '../ui/use-work.ts';
import { TokenQuestion, type TokenQuestionName } from './token-question.tsx';
import type { TokenRow } from './token-state.tsx';

/** @param without IDs of entries that make no sense where the menu is shown */
type TokenMenu = (token: TokenRow, without?: readonly string[]) => MenuEntry[];

type Entry = MenuEntry & { readonly id: string; readonly show: boolean };

/** Why it cannot be distributed now. */
export function undistributable(
  t: ConsoleTexts,
  { kind, userId, lost, enabled, expired }: TokenRow,
): string | undefined {
  if (kind === 'hardware') return t('tokens.why.hardware');
  if (userId === undefined) return t('tokens.why.notAssigned');
  if (lost) return t('tokens.why.lost');
  if (!enabled) return t('tokens.why.disabled');
  return expired ? t('tokens.why.expired') : undefined;
}

/** Why no token can follow it. */
function irreplaceable(t: ConsoleTexts, { replacedBy, replaces }: TokenRow): string | undefined {
  if (replacedBy !== undefined) return t('tokens.why.replaced', { serial: replacedBy });
  return replaces === undefined ? undefined : t('tokens.why.replaces', { serial: replaces });
}

/** Why it cannot be lent. */
function unlendable(t: ConsoleTexts, { userId, lost, enabled, expired }: TokenRow): string | undefined {
  if (expired) return t('tokens.why.expired');
  if (userId === undefined) return undefined;
  if (lost) return t('tokens.why.lost');
  return enabled ? undefined : t('tokens.why.disabled');
}

/** Lending it, and ending the loan. */
function useLoanEntries(): (token: TokenRow, onLend: () => void) => Entry[] {
  const { t, api, can } = useConsole();
  const atOnce = useAtOnce();
  return (token, onLend) => [
    {
      id: 'lend',
      show: can('tokens:assign'),
      label: token.lentUntil === undefined ? t('tokens.loan.lend') : t('tokens.loan.edit'),
      refused: unlendable(t, token),
      onSelect: onLend,
    },
    {
      id: 'keep',
      show: can('tokens:assign') && token.lentUntil !== undefined,
      label: t('tokens.loan.keep'),
      onSelect: () => {
        const { serial } = token;
        return atOnce(api('keepToken', { params: { serial } }), t('tokens.loan.kept', { serial }));
      },
    },
  ];
}

/** @param onAsk shows the question before it is done */
function useTokenMenu(onAsk: (what: TokenQuestionName, token: TokenRow) => void): TokenMenu {
  const { t, api, can } = useConsole();
  const navigate = useNavigate();
  const atOnce = useAtOnce();
  const ask = (what: TokenQuestionName, token: TokenRow) => () => onAsk(what, token);
  const loan = useLoanEntries();
  return (token, without = []) => {
    const { serial } = token;
    const params = { serial };
    const assigned = token.userId !== undefined;
    const waiting = token.distribution?.state === 'issued' || token.distribution?.state === 'opened';
    const entries: Entry[] = [
      { id: 'view', show: true, label: t('tokens.view'), onSelect: () => navigate(`/tokens/${serial}`) },
      {
        id: 'edit',
        show: can('tokens:edit'),
        label: t('tokens.edit'),
        onSelect: () => navigate(`/tokens/${serial}/edit`),
      },
      {
        id: 'assign',
        show: can('tokens:assign') && !assigned,
        label: t('tokens.assign'),
        onSelect: ask('assign', token),
      },
      {
        id: 'unassign',
        show: can('tokens:assign') && assigned,
        label: t('tokens.unassign'),
        onSelect: ask('unassign', token),
      },
      ...loan(token, ask('lend', token)),
      {
        id: 'enable',
        show: can('tokens:edit') && !token.enabled,
        label: t('tokens.enable'),
        onSelect: () => atOnce(api('enableToken', { params }), t('tokens.said.enabled', { serial })),
      },
      {
        id: 'disable',
        show: can('tokens:edit') && token.enabled,
        label: t('tokens.disable'),
        onSelect: ask('disable', token),
      },
      {
        id: 'distribute',
        show: can('tokens:distribute'),
        label: token.distribution === undefined ? t('tokens.distribute') : t('tokens.redistribute'),
        refused: undistributable(t, token),
        separated: true,
        onSelect: () => navigate(`/tokens/${serial}/distribute`),
      },
      {
        id: 'replace',
        show: can('tokens:assign') && assigned,
        label: t('tokens.replace'),
        refused: irreplaceable(t, token),
        onSelect: ask('replace', token),
      },
      {
        id: 'withdraw',
        show: can('tokens:distribute') && waiting,
        label: t('tokens.withdraw'),
        onSelect: ask('withdraw', token),
      },
      {
        id: 'lost',
        show: can('tokens:edit') && !token.lost,
        label: t('tokens.markLost'),
        separated: true,
        onSelect: ask('lost', token),
      },
      {
        id: 'found',
        show: can('tokens:edit') && token.lost,
        label: t('tokens.markFound'),
        separated: true,
        onSelect: () =>
          atOnce(api('markLost', { params, body: { lost: false } }), t('tokens.said.found', { serial })),
      },
      {
        id: 'setPin',
        show: can('tokens:edit'),
        label: t('tokens.setPin'),
        refused: assigned ? undefined : t('tokens.why.notAssigned'),
        onSelect: ask('setPin', token),
      },
      {
        id: 'clearPin',
        show: can('tokens:edit'),
        label: t('tokens.clearPin'),
        refused: token.pinSet ? undefined : t('tokens.why.noPin'),
        onSelect: ask('clearPin', token),
      },
      {
        id: 'delete',
        show: can('tokens:delete'),
        label: t('tokens.delete'),
        danger: true,
        separated: true,
        refused: assigned ? t('tokens.why.assigned') : undefined,
        onSelect: ask('delete', token),
      },
    ];
    return entries
      .filter((entry) => entry.show && !without.includes(entry.id))
      .map(({ id: _, show: __, ...entry }) => entry);
  };
}

/** Actions on one token: its context menu, and the dialog that one of its entries opened. */
export function useTokenActions(onDeleted?: () => void): { menuFor: TokenMenu; dialog: ReactNode } {
  const [asked, setAsked] = useState<{ what: TokenQuestionName; token: TokenRow }>();
  const menuFor = useTokenMenu((what, token) => setAsked({ what, token }));
  return {
    menuFor,
    dialog: asked && <TokenQuestion {...asked} onDeleted={onDeleted} onClose={() => setAsked(undefined)} />,
  };
}
