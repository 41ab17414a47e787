/** Add below, and rename: the forms about one security domain. */
import type { SecurityDomain } from '@sower/api/security-domains';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { EditConflict } from '../ui/dialogs/conflict-dialog.tsx';
import { Dialog } from '../ui/dialogs/dialog.tsx';
import { OneFieldDialog } from '../ui/dialogs/small-dialogs.tsx';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { useEditing } from '../ui/forms/use-editing.ts';
import { Button } from '../ui/patternfly.tsx';

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
  const { t, api, done } = useConsole();
  const { base, values, field, error, pending, save, conflict } = useEditing({
    stored: domain,
    draftOf: ({ name }) => ({ name }),
    send: (body, { id, version }) => api('renameSecurityDomain', { params: { id }, body, ifMatch: version }),
    load: async ({ id }) => (await api('listSecurityDomains', {})).items.find((item) => item.id === id),
    onSaved: async ({ name }) => {
      onClose();
      await done(t('securityDomains.said.renamed', { name }), ['security-domains']);
    },
  });
  if (conflict) {
    return (
      <EditConflict
        conflict={conflict}
        name={domain.name}
        fields={['name']}
        label={() => t('securityDomains.name')}
        words={({ name }) => name}
      />
    );
  }
  return (
    <Dialog
      title={t('securityDomains.renameTitle', { name: base.name })}
      leave="cancel"
      onClose={onClose}
      buttons={
        <Button type="submit" form="rename" pending={pending} isDisabled={values.name.trim() === ''}>
          {t('ui.save')}
        </Button>
      }
    >
      <Form id="rename" wide error={error} onSubmit={save}>
        <TextField {...helped(t, 'securityDomains.name')} required {...field('name')} />
      </Form>
    </Dialog>
  );
}
