/** Actions on one token, as the entries of its context menu. An entry that is refused now says why. */
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import {
  refusalToAssign,
  refusalToLend,
  refusalToReplace,
  refusalToSetPin,
  refusalUnassigned,
} from '../access/token-refusals.ts';
import { undistributable } from '../distribute/undistributable.ts';
import { useConsole } from '../session/use-console.ts';
import type { MenuEntry } from '../ui/action-menu.tsx';
import { useAtOnce } from '../ui/use-work.ts';
import { TokenQuestion, type TokenQuestionName } from './token-question.tsx';
import type { TokenRow } from './token-state.tsx';

/** @param without IDs of entries that make no sense where the menu is shown */
type TokenMenu = (token: TokenRow, without?: readonly string[]) => MenuEntry[];

type Entry = MenuEntry & { readonly id: string; readonly show: boolean };

/** Lending it, and ending the loan. */
function useLoanEntries(): (token: TokenRow, onLend: () => void) => Entry[] {
  const { t, api, can } = useConsole();
  const atOnce = useAtOnce();
  return (token, onLend) => [
    {
      id: 'lend',
      show: can('tokens:assign'),
      label: token.lentUntil === undefined ? t('tokens.loan.lend') : t('tokens.loan.edit'),
      refused: refusalToLend(t, token),
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
  const loan = useLoanEntries();
  return (token, without = []) => {
    const { serial } = token;
    const params = { serial };
    const assigned = token.userId !== undefined;
    const waiting = token.distribution?.state === 'issued' || token.distribution?.state === 'opened';
    const [assigns, edits, distributes] = [
      can('tokens:assign'),
      can('tokens:edit'),
      can('tokens:distribute'),
    ];
    const entry = (
      id: 'view' | 'edit' | 'enable' | 'distribute' | 'found' | Exclude<TokenQuestionName, 'lend'>,
      show: boolean,
      more: Partial<MenuEntry> = {},
    ): Entry => ({
      ...{ id, show, label: t(`tokens.${ACTION_WORDS[id as keyof typeof ACTION_WORDS] ?? id}`) },
      // What is done without a question says so itself.
      onSelect: () => onAsk(id as TokenQuestionName, token),
      ...more,
    });
    const goes = (to: string) => ({ onSelect: () => navigate(`/tokens/${serial}${to}`) });
    const entries: Entry[] = [
      entry('view', true, goes('')),
      entry('edit', edits, goes('/edit')),
      entry('assign', assigns && !assigned, { refused: refusalToAssign(t, token) }),
      entry('unassign', assigns && assigned),
      ...loan(token, () => onAsk('lend', token)),
      entry('enable', edits && !token.enabled, {
        refused: refusalUnassigned(t, token),
        onSelect: () => atOnce(api('enableToken', { params }), t('tokens.said.enabled', { serial })),
      }),
      entry('disable', edits && token.enabled),
      entry('distribute', distributes, {
        ...(token.distribution && { label: t('tokens.redistribute') }),
        refused: undistributable(t, token),
        separated: true,
        ...goes('/distribute'),
      }),
      entry('replace', assigns && assigned, { refused: refusalToReplace(t, token) }),
      entry('withdraw', distributes && waiting),
      entry('lost', edits && !token.lost, { refused: refusalUnassigned(t, token), separated: true }),
      entry('found', edits && token.lost, {
        separated: true,
        onSelect: () =>
          atOnce(api('markLost', { params, body: { lost: false } }), t('tokens.said.found', { serial })),
      }),
      entry('setPin', edits, { refused: refusalToSetPin(t, token) }),
      entry('clearPin', edits, { refused: token.pinSet ? undefined : t('tokens.why.noPin') }),
      entry('delete', can('tokens:delete'), {
        ...{ danger: true, separated: true, refused: assigned ? t('tokens.why.assigned') : undefined },
      }),
    ];
    return entries
      .filter(({ id, show }) => show && !without.includes(id))
      .map(({ id: _, show: __, ...shown }) => shown);
  };
}

/** What is not called as its text is. */
const ACTION_WORDS = { lost: 'markLost', found: 'markFound' } as const;

/** Actions on one token: its context menu, and the dialog that one of its entries opened. */
export function useTokenActions(onDeleted?: () => void): { menuFor: TokenMenu; dialog: ReactNode } {
  const [asked, setAsked] = useState<{ what: TokenQuestionName; token: TokenRow }>();
  const menuFor = useTokenMenu((what, token) => setAsked({ what, token }));
  return {
    menuFor,
    dialog: asked && <TokenQuestion {...asked} onDeleted={onDeleted} onClose={() => setAsked(undefined)} />,
  };
}
