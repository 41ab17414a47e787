/** One action on many tokens. */
import type { BulkAction, TokenSearchInput } from '@sower/api/bulk';
import { holderOf } from '../api/user-words.ts';
import { BulkDialog, type BulkProps } from '../jobs/bulk-dialog.tsx';
import { SearchWords } from '../jobs/search-words.tsx';
import { useConsole } from '../session/use-console.ts';
import type { TokenRow } from './token-state.tsx';

const DESTROYS: ReadonlySet<BulkAction> = new Set(['disable', 'unassign', 'lost', 'clearPin', 'delete']);

export function TokenBulkDialog({
  action,
  target,
  onClose,
}: BulkProps<BulkAction, TokenRow, TokenSearchInput>) {
  const { t, api } = useConsole();
  const search = target.kind === 'search' ? target.search : {};
  return (
    <BulkDialog
      title={(of) => t(`tokens.bulk.${action}.title`, of)}
      words={{
        label: t(`tokens.bulk.${action}.label`),
        action: (of) => t(`tokens.bulk.${action}.action`, of),
        body: t(`tokens.bulk.${action}.body`),
        which: t('tokens.bulk.which'),
        countNone: t('tokens.bulk.countNone'),
        countHelp: t('tokens.bulk.typeCountHelp'),
      }}
      target={target}
      keyOf={({ serial }) => serial}
      item={(token) => (
        <>
          <span className="sower-mono">{token.serial}</span>
          {token.userId === undefined ? '' : ` – ${holderOf(token)}`}
        </>
      )}
      countedBy={['tokens', 'count', action]}
      countOf={(search) => api('countTokens', { query: { ...search, action } })}
      moves={action === 'move'}
      deletes={action === 'delete'}
      danger={DESTROYS.has(action)}
      start={(serials, found, moved) =>
        api('doToTokens', {
          body: {
            action,
            ...moved,
            choose: serials === undefined ? { search, upTo: found?.last ?? '' } : { serials },
          },
        })
      }
      onClose={onClose}
    >
      <SearchWords search={search} />
    </BulkDialog>
  );
}
