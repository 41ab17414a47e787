/** The question before an identity source is switched on or off, or deleted. */
import type { IdentitySource } from '@sower/api/identity-sources';
import { useConsole } from '../../session/use-console.ts';
import { ConfirmDialog } from '../../ui/dialogs/confirm-dialog.tsx';
import { useDone } from '../../ui/use-done.ts';

export type AskedOfSource = { readonly what: 'on' | 'off' | 'delete'; readonly source: IdentitySource };

const ACTIONS = { on: 'switchOn', off: 'switchOff', delete: 'delete' } as const;

export function SourceQuestion({
  asked: { what, source },
  onClose,
}: {
  asked: AskedOfSource;
  onClose: () => void;
}) {
  const { t, api } = useConsole();
  const done = useDone();
  const { id, name, version } = source;
  return (
    <ConfirmDialog
      title={t(`sources.confirm.${what}.title`, { name })}
      action={t(`sources.${ACTIONS[what]}`)}
      danger={what === 'delete'}
      {...(what === 'delete' ? { name: source.name } : {})}
      onClose={onClose}
      onConfirm={async () => {
        if (what === 'delete') await api('deleteIdentitySource', { params: { id } });
        else {
          const body = { enabled: what === 'on' };
          await api('editIdentitySource', { params: { id }, body, ifMatch: version });
        }
        await done(t(`sources.confirm.${what}.done`, { name }), ['sources']);
      }}
    >
      <p>{t(`sources.confirm.${what}.body`)}</p>
    </ConfirmDialog>
  );
}
