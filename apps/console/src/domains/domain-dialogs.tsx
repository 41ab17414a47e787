/** Add below, and rename: the forms about one security domain. */
import type { SecurityDomain } from '@sower/api/security-domains';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isProblem } from '../api/problem-words.ts';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { ConflictDialog } from '../ui/dialogs/conflict-dialog.tsx';
import { FormDialog, OneFieldDialog } from '../ui/dialogs/small-dialogs.tsx';
import { TextField } from '../ui/field.tsx';

type Asked = { domain: SecurityDomain; onClose: () => void };

export function AddDomainDialog({ domain, onClose }: Asked) {
  const { t, api, done } = useConsole();
  return (
    <OneFieldDialog
      title={t('securityDomains.addTitle', { name: domain.name })}
      action={t('securityDomains.addAction')}
      {...helped(t, 'securityDomains.name')}
      field="name"
      onClose={onClose}
      onSubmit={async (name) => {
        const added = await api('addSecurityDomain', { body: { name, parent: domain.id } });
        await done(t('securityDomains.said.added', { name: added.name }), ['security-domains']);
      }}
    />
  );
}

export function RenameDomainDialog({ domain, onClose }: Asked) {
  const { t, api, notice } = useConsole();
  const queries = useQueryClient();
  const [name, setName] = useState(domain.name);
  const [base, setBase] = useState(domain);
  const [theirs, setTheirs] = useState<SecurityDomain>();
  const rename = async (version: number): Promise<unknown> => {
    const params = { id: domain.id };
    try {
      const renamed = await api('renameSecurityDomain', { params, body: { name }, ifMatch: version });
      notice(t('securityDomains.said.renamed', { name: renamed.name }));
    } catch (error) {
      const { items } = await api('listSecurityDomains', {});
      const present = items.find(({ id }) => id === domain.id);
      if (!present || !isProblem(error, 'edited-meanwhile')) throw error;
      setTheirs(present);
      return 'keep';
    } finally {
      await queries.invalidateQueries({ queryKey: ['security-domains'] });
    }
    return undefined;
  };
  const again = useMutation({ mutationFn: rename });
  if (theirs) {
    return (
      <ConflictDialog
        name={domain.name}
        fields={[
          {
            field: 'name',
            label: t('securityDomains.name'),
            before: base.name,
            mine: name,
            theirs: theirs.name,
          },
        ]}
        onClose={onClose}
        onChosen={(mine) => {
          setTheirs(undefined);
          setBase(theirs);
          if (mine.includes('name'))
            again.mutate(theirs.version, { onSuccess: (said) => said !== 'keep' && onClose() });
          else onClose();
        }}
      />
    );
  }
  return (
    <FormDialog
      title={t('securityDomains.renameTitle', { name: base.name })}
      action={t('ui.save')}
      ready={name.trim() !== ''}
      failed={again.error}
      onClose={onClose}
      onSubmit={() => rename(base.version)}
    >
      <TextField
        {...helped(t, 'securityDomains.name')}
        required
        value={name}
        onChange={setName}
        path="name"
      />
    </FormDialog>
  );
}
