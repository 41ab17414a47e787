/** Below the agents: the credentials that those of the authentication API may share, and which agents have used each. */
import { Checkbox, Label } from '@patternfly/react-core';
import type { AgentCredential } from '@sower/api/agent-credentials';
import { useAnswer } from '../api/use-answer.ts';
import { useActorWords } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { lastEntry } from '../ui/action-menu.tsx';
import { FormDialog, useQuestion, useWindow } from '../ui/dialogs/small-dialogs.tsx';
import { type Making, useOnce } from '../ui/dialogs/use-once.tsx';
import { TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { ItemTable, Listing } from '../ui/lists/listing.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Section } from '../ui/titled-card.tsx';

type Made = { readonly accessId: string; readonly accessKey: string };
const KEY = ['agent-credentials'] as const;

export function SharedCredentials() {
  const { t, api, can, time } = useConsole();
  const actorWords = useActorWords();
  const [showMade, once] = useOnce<Made>(({ accessId, accessKey }) => ({
    title: t('sharedCredentials.madeTitle', { name: accessId }),
    warning: t('sharedCredentials.once'),
    values: [
      { label: t('sharedCredentials.accessKey'), value: accessKey },
      { label: t('sharedCredentials.accessId'), value: accessId },
    ],
    kept: t('agents.kept'),
  }));
  const credentials = useAnswer('listAgentCredentials', {});
  const [edit, editing] = useWindow<AgentCredential | undefined>((credential, onClose) => (
    <CredentialDialog credential={credential} onMade={showMade} onClose={onClose} />
  ));
  const [remove, removing] = useQuestion<AgentCredential>(({ id, accessId: name, usedBy }) => ({
    title: t('sharedCredentials.deleteTitle', { name }),
    action: t('agents.delete'),
    body: t('sharedCredentials.deleteBody', { count: usedBy.length }),
    onConfirm: () => api('deleteAgentCredential', { params: { id } }),
    said: t('sharedCredentials.said.deleted', { name }),
    changes: KEY,
  }));
  const add = can('agents:edit') && (
    <Button variant="secondary" onClick={() => edit(undefined)}>
      {t('sharedCredentials.add')}
    </Button>
  );
  return (
    <Section id="shared-credentials" title={t('sharedCredentials.title')}>
      <p>{t('sharedCredentials.intro')}</p>
      <Listing
        query={credentials}
        none={{ title: t('sharedCredentials.none'), body: t('sharedCredentials.noneBody'), action: add }}
      >
        {(items) => (
          <>
            {add && <div>{add}</div>}
            <ItemTable
              label={t('sharedCredentials.title')}
              items={items}
              columns={[
                [
                  t('sharedCredentials.accessId'),
                  ({ accessId }) => <span className="sower-mono">{accessId}</span>,
                ],
                [t('sharedCredentials.note'), ({ note }) => note],
                {
                  label: t('radiusClients.state'),
                  cell: ({ deprecated }) => (
                    <Label color={deprecated ? 'orange' : 'green'}>
                      {t(deprecated ? 'sharedCredentials.deprecated' : 'sharedCredentials.current')}
                    </Label>
                  ),
                },
                [
                  t('sharedCredentials.usedBy'),
                  ({ usedBy }) =>
                    usedBy.length === 0
                      ? t('sharedCredentials.unused')
                      : usedBy.map(({ agent, lastUsedAt }) => (
                          <div key={agent}>
                            {agent} <span className="sower-named">{time(lastUsedAt)}</span>
                          </div>
                        )),
                ],
                {
                  label: t('agents.createdAt'),
                  cell: ({ createdAt, createdBy }) => (
                    <>
                      {time(createdAt)}, {actorWords(createdBy)}
                    </>
                  ),
                },
              ]}
              menu={
                can('agents:edit')
                  ? (credential) => ({
                      name: credential.accessId,
                      entries: [
                        { label: t('agents.edit'), onSelect: () => edit(credential) },
                        lastEntry(t('agents.delete'), () => remove(credential)),
                      ],
                    })
                  : undefined
              }
            />
          </>
        )}
      </Listing>
      {editing}
      {removing}
      {once}
    </Section>
  );
}

function CredentialDialog({
  credential,
  onMade,
  onClose,
}: Making<Made> & { credential: AgentCredential | undefined }) {
  const { t, api, notice, refresh } = useConsole();
  const { values, field, flag } = useFields({
    note: credential?.note ?? '',
    deprecated: credential?.deprecated ?? false,
  });
  return (
    <FormDialog
      title={
        credential
          ? t('sharedCredentials.editTitle', { name: credential.accessId })
          : t('sharedCredentials.add')
      }
      action={credential ? t('ui.save') : t('agents.addAction')}
      ready
      onClose={onClose}
      onSubmit={async () => {
        if (credential) {
          const { id, version, accessId: name } = credential;
          await api('editAgentCredential', { params: { id }, body: values, ifMatch: version });
          notice(t('sharedCredentials.said.saved', { name }));
        } else {
          const { accessId, accessKey } = await api('addAgentCredential', { body: { note: values.note } });
          onMade({ accessId, accessKey });
        }
        await refresh(KEY);
      }}
    >
      {!credential && <p>{t('sharedCredentials.cost')}</p>}
      <TextField {...helped(t, 'sharedCredentials.note')} {...field('note')} />
      {credential && (
        <Checkbox
          id="credential-deprecated"
          label={t('sharedCredentials.markDeprecated')}
          description={t('sharedCredentials.deprecatedHelp')}
          {...flag('deprecated')}
        />
      )}
    </FormDialog>
  );
}
