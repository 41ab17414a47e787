/** One action on many tokens. */
import { List, ListItem } from '@patternfly/react-core';
import type { BulkAction, TokenSearchInput } from '@sower/api/bulk';
import { holderOf } from '../api/user-words.ts';
import { BulkDialog } from '../jobs/bulk-dialog.tsx';
import { SearchWords } from '../jobs/search-words.tsx';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import type { TokenRow } from './token-state.tsx';

export type BulkTarget =
  | { readonly kind: 'chosen'; readonly tokens: readonly TokenRow[] }
  | { readonly kind: 'search'; readonly search: TokenSearchInput };

const DESTROYS: ReadonlySet<BulkAction> = new Set(['disable', 'unassign', 'lost', 'clearPin', 'delete']);

export function TokenBulkDialog({
  action,
  target: given,
  onClose,
}: {
  action: BulkAction;
  target: BulkTarget;
  /** With the serial numbers for which it failed, once it has run. */
  onClose: (failed: readonly string[] | undefined) => void;
}) {
  const { t, api } = useConsole();
  const target =
    given.kind === 'search' ? given : { kind: given.kind, names: given.tokens.map(({ serial }) => serial) };
  return (
    <BulkDialog
      title={(of) => t(`tokens.bulk.${action}.title`, of)}
      words={{
        label: t(`tokens.bulk.${action}.label`),
        action: (of) => t(`tokens.bulk.${action}.action`, of),
        body: t(`tokens.bulk.${action}.body`),
        countNone: t('tokens.bulk.countNone'),
        countHelp: t('tokens.bulk.typeCountHelp'),
      }}
      target={target}
      countedBy={['tokens', 'count', action]}
      countOf={(search) => api('countTokens', { query: { ...search, action } })}
      moves={action === 'move'}
      deletes={action === 'delete'}
      danger={DESTROYS.has(action)}
      start={(found, securityDomain) =>
        api('doToTokens', {
          body: {
            action,
            ...(securityDomain === '' ? {} : { securityDomain }),
            choose:
              target.kind === 'chosen'
                ? { serials: target.names }
                : { search: target.search, upTo: found?.last ?? '' },
          },
        })
      }
      onClose={onClose}
    >
      {given.kind === 'search' ? <SearchWords search={given.search} /> : <Chosen tokens={given.tokens} />}
    </BulkDialog>
  );
}

function Chosen({ tokens }: { tokens: readonly TokenRow[] }) {
  const t = useTexts();
  return (
    <List aria-label={t('tokens.bulk.which')} className="sower-list">
      {tokens.map((token) => (
        <ListItem key={token.serial}>
          <span className="sower-mono">{token.serial}</span>
          {token.userId === undefined ? '' : ` – ${holderOf(token)}`}
        </ListItem>
      ))}
    </List>
  );
}
