/** Authentication > Authentication Agents. */

import { Label } from '@patternfly/react-core';
import type { Agent } from '@sower/api/agents';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useActorWords } from '../api/actor-words.ts';
import { useApi } from '../api/use-api.ts';
import { DomainField } from '../domains/domain-field.tsx';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ActionMenu, type MenuEntry } from '../ui/action-menu.tsx';
import { CopyField } from '../ui/copy-field.tsx';
import { ConfirmDialog } from '../ui/dialogs/confirm-dialog.tsx';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { ShownOnce } from '../ui/dialogs/shown-once.tsx';
import { useOnce } from '../ui/dialogs/use-once.ts';
import { AreaField, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/use-fields.ts';
import { ItemTable } from '../ui/lists/item-table.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { useTimes } from '../ui/times.ts';
import { useDone, useRefresh } from '../ui/use-done.ts';
import { groupLines } from './reply-attributes.ts';

type Asked = { what: 'add' } | { what: 'edit' | 'key' | 'enable' | 'disable' | 'delete'; agent: Agent };
const KEY = ['agents'];
type MadeKey = { readonly name: string; readonly key: string };

export function Component() {
  const t = useTexts();
  const actorWords = useActorWords();
  const api = useApi();
  const { can } = useSession();
  const done = useDone();
  const refresh = useRefresh();
  const { time } = useTimes();
  const [asked, setAsked] = useState<Asked>();
  const [made, setMade] = useState<MadeKey>();
  const showMade = useOnce<MadeKey>(setMade, ({ name }) => t('agents.madeTitle', { name }));
  const agents = useQuery({ queryKey: ['agents'], queryFn: () => api('listAgents', {}) });
  const close = (): void => setAsked(undefined);
  const menuFor = (agent: Agent): MenuEntry[] => [
    { label: t('agents.edit'), onSelect: () => setAsked({ what: 'edit', agent }) },
    { label: t('agents.newKey'), onSelect: () => setAsked({ what: 'key', agent }) },
    {
      label: agent.enabled ? t('radiusClients.disable') : t('radiusClients.enable'),
      onSelect: () => setAsked({ what: agent.enabled ? 'disable' : 'enable', agent }),
    },
    {
      label: t('agents.delete'),
      danger: true,
      separated: true,
      onSelect: () => setAsked({ what: 'delete', agent }),
    },
  ];
  const add = can('agents:edit') ? (
    <Button onClick={() => setAsked({ what: 'add' })}>{t('agents.add')}</Button>
  ) : undefined;
  return (
    <Screen
      title={t('agents.title')}
      trail={[{ label: t('menu.authentication') }]}
      intro={t('agents.intro')}
      actions={add}
    >
      <Listing query={agents} title={t('agents.none')} body={t('agents.noneBody')} action={add}>
        {(items) => (
          <ItemTable
            label={t('agents.title')}
            items={items}
            keyOf={(agent) => agent.id}
            columns={[
              { label: t('agents.name'), modifier: 'breakWord', cell: (agent) => agent.name },
              { label: t('agents.domain'), modifier: 'breakWord', cell: (agent) => agent.securityDomain },
              {
                label: t('radiusClients.state'),
                cell: (agent) => (
                  <Label color={agent.enabled ? 'green' : 'grey'}>
                    {t(agent.enabled ? 'radiusClients.enabled' : 'radiusClients.disabled')}
                  </Label>
                ),
              },
              {
                label: t('agents.createdAt'),
                cell: (agent) => (
                  <>
                    {time(agent.createdAt)}, {actorWords(agent.createdBy)}
                  </>
                ),
              },
            ]}
            actions={
              can('agents:edit')
                ? (agent) => (
                    <ActionMenu label={t('ui.menuOf', { name: agent.name })} entries={menuFor(agent)} />
                  )
                : undefined
            }
          />
        )}
      </Listing>
      {asked?.what === 'add' && <AgentDialog onMade={showMade} onClose={close} />}
      {asked?.what === 'edit' && <AgentDialog agent={asked.agent} onMade={showMade} onClose={close} />}
      {asked?.what === 'key' && (
        <ConfirmDialog
          title={t('agents.newKeyTitle', { name: asked.agent.name })}
          action={t('agents.newKeyAction')}
          onClose={close}
          onConfirm={async () => {
            const { name, key } = await api('changeAgentKey', { params: { id: asked.agent.id } });
            showMade({ name, key });
            await refresh(KEY);
          }}
        >
          <p>{t('agents.newKeyBody')}</p>
        </ConfirmDialog>
      )}
      {(asked?.what === 'enable' || asked?.what === 'disable') && (
        <ConfirmDialog
          title={t(`agents.${asked.what}.title`, { name: asked.agent.name })}
          action={t(`radiusClients.${asked.what}`)}
          onClose={close}
          onConfirm={async () => {
            const { id, name, version } = asked.agent;
            const body = { enabled: asked.what === 'enable' };
            await api('editAgent', { params: { id }, body, ifMatch: version });
            await done(t('agents.said.saved', { name }), KEY);
          }}
        >
          <p>{t(`agents.${asked.what}.body`)}</p>
        </ConfirmDialog>
      )}
      {asked?.what === 'delete' && (
        <ConfirmDialog
          title={t('agents.deleteTitle', { name: asked.agent.name })}
          action={t('agents.delete')}
          onClose={close}
          onConfirm={async () => {
            await api('deleteAgent', { params: { id: asked.agent.id } });
            await done(t('agents.said.deleted', { name: asked.agent.name }), KEY);
          }}
        >
          <p>{t('agents.deleteBody')}</p>
        </ConfirmDialog>
      )}
      {made && (
        <ShownOnce
          title={t('agents.madeTitle', { name: made.name })}
          warning={t('agents.once')}
          label={t('agents.key')}
          value={made.key}
          kept={t('agents.kept')}
          onKept={() => setMade(undefined)}
        >
          <CopyField label={t('agents.address')} value={`${window.location.origin}/mfa/v1_1/authn/`} />
        </ShownOnce>
      )}
    </Screen>
  );
}

function AgentDialog({
  agent,
  onMade,
  onClose,
}: {
  agent?: Agent;
  onMade: (made: MadeKey) => void;
  onClose: () => void;
}) {
  const t = useTexts();
  const api = useApi();
  const notice = useNotice();
  const refresh = useRefresh();
  const { values, field } = useFields({
    name: agent?.name ?? '',
    securityDomain: '',
    onlyGroups: agent?.onlyGroups.join('\n') ?? '',
  });
  const { name, securityDomain } = values;
  return (
    <FormDialog
      title={agent ? t('agents.editTitle', { name: agent.name }) : t('agents.add')}
      action={agent ? t('ui.save') : t('agents.addAction')}
      ready={name.trim() !== ''}
      fields={['name', 'securityDomain', 'onlyGroups']}
      onClose={onClose}
      onSubmit={async () => {
        const body = {
          name,
          ...(securityDomain === '' ? {} : { securityDomain }),
          onlyGroups: groupLines(values.onlyGroups),
        };
        if (agent) {
          await api('editAgent', { params: { id: agent.id }, body, ifMatch: agent.version });
          notice(t('agents.said.saved', { name }));
        } else {
          const { key } = await api('addAgent', { body });
          onMade({ name, key });
        }
        await refresh(KEY);
      }}
    >
      {(error) => (
        <>
          <TextField
            label={t('agents.name')}
            help={t('agents.nameHelp')}
            required
            {...field('name', error)}
          />
          <DomainField
            label={t('agents.domain')}
            {...field('securityDomain', error)}
            none={
              agent
                ? t('radiusClients.domainKept', { name: agent.securityDomain })
                : t('radiusClients.domainAll')
            }
          />
          <AreaField
            label={t('radiusClients.onlyGroups')}
            help={t('radiusClients.onlyGroupsHelp')}
            rows={2}
            mono
            {...field('onlyGroups', error)}
          />
        </>
      )}
    </FormDialog>
  );
}
