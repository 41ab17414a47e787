/** Authentication > Authentication Agents. */
import { Checkbox, FormGroup, Label } from '@patternfly/react-core';
import { AGENT_KINDS, AGENT_RIGHTS, type Agent } from '@sower/api/agents';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { useActorWords } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { asking, helped, useTexts } from '../texts/use-texts.ts';
import { lastEntry, type MenuEntry } from '../ui/action-menu.tsx';
import { FormDialog, useQuestion, useWindow } from '../ui/dialogs/small-dialogs.tsx';
import { type Making, useOnce } from '../ui/dialogs/use-once.tsx';
import { AreaField, ChoiceField, inWords, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { partsOf } from '../ui/forms/parts-of.ts';
import { Link } from '../ui/link.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { useAddInAddress } from '../ui/use-onward.ts';
import { readRealms } from './lines.ts';
import { SharedCredentials } from './shared-credentials.tsx';
import { TestDialog } from './test-dialog.tsx';
import { WhoseFields } from './whose-fields.tsx';

const KEY = ['agents'] as const;
/** Where each shape is spoken. */
const ADDRESSES: Readonly<Record<Agent['kind'], string>> = {
  'authentication-api': '/mfa/v1_1/authn/',
  validate: '/validate/check',
};
type MadeKey = Pick<Agent, 'name' | 'kind'> & { readonly key: string };

export function Component() {
  const { t, api, can, time, refresh } = useConsole();
  const actorWords = useActorWords();
  const [parameters] = useSearchParams();
  const [showMade, once] = useOnce<MadeKey>(({ name, kind, key }) => ({
    title: t('agents.madeTitle', { name }),
    warning: t(`agents.once.${kind}`),
    values: [
      { label: t('agents.key'), value: key },
      { label: t('agents.address'), value: `${window.location.origin}${ADDRESSES[kind]}` },
    ],
    kept: t('agents.kept'),
  }));
  const [edit, editing] = useWindow<Agent | undefined>((agent, onClose) => (
    <AgentDialog agent={agent} onMade={showMade} onClose={onClose} />
  ));
  useAddInAddress(() => can('agents:edit') && edit(undefined));
  const [test, testing] = useWindow<Agent>((agent, onClose) => (
    <TestDialog agent={agent} onClose={onClose} />
  ));
  const [changeKey, changingKey] = useQuestion<Agent>(({ id, name }) => ({
    title: t('agents.newKeyTitle', { name }),
    action: t('agents.newKeyAction'),
    body: t('agents.newKeyBody'),
    onConfirm: async () => {
      const { kind, key } = await api('changeAgentKey', { params: { id } });
      showMade({ name, kind, key });
      await refresh(KEY);
    },
  }));
  const [turn, turning] = useQuestion<Agent>(({ id, name, version, enabled }) => {
    const what = enabled ? 'disable' : 'enable';
    return {
      title: t(`agents.${what}.title`, { name }),
      action: t(`radiusClients.${what}`),
      body: t(`agents.${what}.body`),
      onConfirm: () => api('editAgent', { params: { id }, body: { enabled: !enabled }, ifMatch: version }),
      said: t('agents.said.saved', { name }),
      changes: KEY,
    };
  });
  const [remove, removing] = useQuestion<Agent>(({ id, name }) => ({
    ...asking(t, 'agents.delete', { name }),
    onConfirm: () => api('deleteAgent', { params: { id } }),
    said: t('agents.said.deleted', { name }),
    changes: KEY,
  }));
  const agents = useAnswer('listAgents', {});
  const menuFor = (agent: Agent): MenuEntry[] => [
    { label: t('agents.edit'), onSelect: () => edit(agent) },
    { label: t('agents.test'), onSelect: () => test(agent) },
    { label: t('agents.newKey'), onSelect: () => changeKey(agent) },
    {
      label: t(agent.enabled ? 'radiusClients.disable' : 'radiusClients.enable'),
      onSelect: () => turn(agent),
    },
    lastEntry(t('agents.delete'), () => remove(agent)),
  ];
  const add = can('agents:edit') && <Button onClick={() => edit(undefined)}>{t('agents.add')}</Button>;
  return (
    <Screen title={t('agents.title')} intro={t('agents.intro')} actions={add}>
      <Listing
        query={agents}
        none={{ title: t('agents.none'), body: t('agents.noneBody'), action: add }}
        marked={parameters.get('id')}
        columns={[
          [
            t('agents.name'),
            ({ name, registeredItself }) => (
              <>
                {name}
                {registeredItself && <div className="sower-named">{t('agents.registeredItself')}</div>}
              </>
            ),
          ],
          { label: t('agents.kind'), cell: (agent) => t(`agents.kindsShort.${agent.kind}`) },
          [t('radiusClients.domain'), (agent) => agent.securityDomain],
          {
            label: t('radiusClients.state'),
            cell: (agent) => (
              <Label color={agent.enabled ? 'green' : 'grey'}>
                {t(agent.enabled ? 'radiusClients.enabled' : 'radiusClients.disabled')}
              </Label>
            ),
          },
          {
            label: t('agents.seen'),
            cell: ({ lastSeenAt, userAgent }) =>
              lastSeenAt === undefined ? (
                t('agents.never')
              ) : (
                <>
                  {time(lastSeenAt)}
                  {userAgent !== undefined && <div className="sower-named">{userAgent}</div>}
                </>
              ),
          },
          { label: t('agents.recent'), cell: (agent) => <Recent agent={agent} /> },
          {
            label: t('agents.createdAt'),
            cell: (agent) => (
              <>
                {time(agent.createdAt)}, {actorWords(agent.createdBy)}
              </>
            ),
          },
        ]}
        menu={can('agents:edit') ? (agent) => ({ name: agent.name, entries: menuFor(agent) }) : undefined}
      />
      <SharedCredentials />
      {editing}
      {testing}
      {changingKey}
      {turning}
      {removing}
      {once}
    </Screen>
  );
}

/** Why each of them was refused is in the audit log. */
function Recent({ agent: { name, recent } }: { agent: Agent }) {
  const t = useTexts();
  if (recent.steps === 0) return t('agents.recentNone');
  const words = t('agents.recentOf', recent);
  if (recent.refused === 0) return words;
  return <Link to={`/audit?actor=${encodeURIComponent(`agent:${name}`)}&result=refused`}>{words}</Link>;
}

function AgentDialog({ agent, onMade, onClose }: Making<MadeKey> & { agent: Agent | undefined }) {
  const { t, api, notice, refresh } = useConsole();
  const { values, field, flag } = useFields({
    name: agent?.name ?? '',
    securityDomain: '',
    kind: agent?.kind ?? ('authentication-api' as Agent['kind']),
    onlyGroups: agent?.onlyGroups.join('\n') ?? '',
    networks: agent?.networks.join('\n') ?? '',
    realms: agent?.realms.map((one) => `${one.realm} = ${one.securityDomain}`).join('\n') ?? '',
    trigger: agent?.rights.includes('trigger') ?? false,
    tokens: agent?.rights.includes('tokens') ?? false,
  });
  const { name, securityDomain, kind } = values;
  const realms = readRealms(values.realms);
  return (
    <FormDialog
      title={agent ? t('agents.editTitle', { name: agent.name }) : t('agents.add')}
      action={agent ? t('ui.save') : t('agents.addAction')}
      ready={name.trim() !== '' && realms.ok}
      onClose={onClose}
      onSubmit={async () => {
        const body = {
          name,
          ...(securityDomain === '' ? {} : { securityDomain }),
          onlyGroups: partsOf(values.onlyGroups, '\n'),
          networks: partsOf(values.networks, '\n'),
          ...(kind === 'validate' && realms.ok
            ? { realms: realms.realms, rights: AGENT_RIGHTS.filter((right) => values[right]) }
            : {}),
        };
        if (agent) {
          await api('editAgent', { params: { id: agent.id }, body, ifMatch: agent.version });
          notice(t('agents.said.saved', { name }));
        } else {
          const { key } = await api('addAgent', { body: { ...body, kind } });
          onMade({ name, kind, key });
        }
        await refresh(KEY);
      }}
    >
      <TextField label={t('agents.name')} help={t(`agents.nameHelp.${kind}`)} required {...field('name')} />
      {!agent && (
        <ChoiceField
          label={t('agents.kind')}
          choices={inWords(AGENT_KINDS, (value) => t(`agents.kinds.${value}`))}
          {...field('kind')}
        />
      )}
      <WhoseFields now={agent?.securityDomain} field={field} />
      <AreaField {...helped(t, 'agents.networks')} rows={2} mono {...field('networks')} />
      {kind === 'validate' && (
        <>
          <AreaField
            {...helped(t, 'agents.realms')}
            rows={2}
            mono
            {...field('realms')}
            {...(realms.ok ? {} : { error: t('agents.realmsLine', { line: realms.line }) })}
          />
          <FormGroup role="group" fieldId="agent-rights" label={t('agents.rights')}>
            {AGENT_RIGHTS.map((right) => (
              <Checkbox
                key={right}
                id={`agent-${right}`}
                label={t(`agents.right.${right}`)}
                {...flag(right)}
              />
            ))}
          </FormGroup>
        </>
      )}
    </FormDialog>
  );
}
