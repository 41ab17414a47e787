/** Actions on one token: its context menu, and the dialog that one of its entries opened. */
import { type ReactNode, useState } from 'react';
import { TokenQuestion, type TokenQuestionName } from './token-question.tsx';
import type { TokenRow } from './token-state.tsx';
import { type TokenMenu, useTokenMenu } from './use-token-menu.ts';

export function useTokenActions(onDeleted?: () => void): { menuFor: TokenMenu; dialog: ReactNode } {
  const [asked, setAsked] = useState<{ what: TokenQuestionName; token: TokenRow }>();
  const menuFor = useTokenMenu((what, token) => setAsked({ what, token }));
  return {
    menuFor,
    dialog: asked && <TokenQuestion {...asked} onDeleted={onDeleted} onClose={() => setAsked(undefined)} />,
  };
}
