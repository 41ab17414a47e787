/** Setup > System Settings > Tokens. */
import { ActionGroup, Form, FormFieldGroup, FormFieldGroupHeader } from '@patternfly/react-core';
import { DEFAULT_SETTINGS, type Settings, type SettingsPatch, settingsSchema } from '@sower/api/settings';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem, isProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { ExpiryField } from '../distribute/expiry-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { ConflictDialog } from '../ui/dialogs/conflict-dialog.tsx';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { AddressCheck } from './address-check.tsx';
import { LogoField } from './logo-field.tsx';

type Name = keyof Settings;
const NAMES = Object.keys(DEFAULT_SETTINGS) as Name[];
const GROUPS = [
  'provisioning',
  'tokens',
  'activation',
  'selfService',
  'logOn',
  'verify',
  'organization',
] as const;

export function Component() {
  const t = useTexts();
  const api = useApi();
  const settings = useQuery({ queryKey: ['settings'], queryFn: () => api('getSettings', {}), staleTime: 0 });
  const server = useQuery({ queryKey: ['server'], queryFn: () => api('getServer', {}) });
  return (
    <Screen
      title={t('settings.title')}
      trail={[{ label: t('menu.setup') }, { label: t('menu.systemSettings') }]}
      intro={t('settings.intro')}
    >
      <div className="sower-stack sower-form">
        <Loaded query={settings}>
          {(view) => (
            <Loaded query={server}>
              {({ publicUrl }) => <SettingsForm view={view} publicUrl={publicUrl} />}
            </Loaded>
          )}
        </Loaded>
      </div>
    </Screen>
  );
}

type View = { settings: Settings; version: number };
/** As typed; for the port, 0 is empty. */
type Draft = Record<Name, string>;

const isSwitch = (name: Name): boolean => typeof DEFAULT_SETTINGS[name] === 'boolean';
const isNumber = (name: Name): boolean => typeof DEFAULT_SETTINGS[name] === 'number';

const shown = (name: Name, value: Settings[Name]): string =>
  name === 'provisioning.port' && value === 0 ? '' : String(value);
const draftOf = (settings: Settings): Draft =>
  Object.fromEntries(NAMES.map((name) => [name, shown(name, settings[name])])) as Draft;

/** The input, as the setting requires it. */
function typedValue(name: Name, text: string): unknown {
  if (isSwitch(name)) return text === 'true';
  if (!isNumber(name)) return text.trim();
  if (name === 'provisioning.port' && text.trim() === '') return 0;
  return text.trim() === '' ? Number.NaN : Number(text);
}

function SettingsForm({ view, publicUrl }: { view: View; publicUrl: string }) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const notice = useNotice();
  const [base, setBase] = useState(view);
  const [draft, setDraft] = useState(() => draftOf(view.settings));
  const [theirs, setTheirs] = useState<View>();
  const saving = useMutation({
    mutationFn: ({ wish, against }: { wish: Draft; against: View }) => {
      const changed = NAMES.filter((name) => wish[name] !== shown(name, against.settings[name]));
      return api('editSettings', {
        body: Object.fromEntries(
          changed.map((name) => [name, typedValue(name, wish[name])]),
        ) as SettingsPatch,
        ifMatch: against.version,
      });
    },
    onSuccess: async (saved) => {
      setBase(saved);
      setDraft(draftOf(saved.settings));
      notice(t('settings.saved'));
      await queries.invalidateQueries({
        predicate: ({ queryKey }) => ['settings', 'server', 'certificate'].includes(String(queryKey[0])),
      });
    },
    onError: async (error) => {
      if (isProblem(error, 'edited-meanwhile')) setTheirs(await api('getSettings', {}));
    },
  });
  const wrong = (name: Name): string | undefined => {
    const checked = settingsSchema.shape[name].safeParse(typedValue(name, draft[name]));
    if (checked.success) return undefined;
    return t(name === 'provisioning.host' ? 'settings.address.wrongHost' : 'settings.wrong');
  };
  const set = (name: Name) => (value: string) => setDraft((held) => ({ ...held, [name]: value }));
  const anyWrong = NAMES.some((name) => wrong(name) !== undefined);
  const present = new URL(publicUrl);
  const addressChanged = (['provisioning.host', 'provisioning.port'] as const).some(
    (name) => draft[name].trim() !== shown(name, base.settings[name]),
  );
  /** To compare: the octets of a logo say nothing to anybody. */
  const inWords = (name: Name, value: string): string =>
    name === 'organization.logo' && value !== '' ? t('settings.logoOf', { count: value.length }) : value;
  const help = (name: Name): string => {
    const words = t(`settings.names.${name}.help`);
    if (name === 'provisioning.host') {
      return `${words} ${t('settings.address.emptyHost', { host: present.hostname })}`;
    }
    if (name === 'provisioning.port') {
      return `${words} ${t('settings.address.emptyPort', { port: present.port || '443' })}`;
    }
    if (name === 'provisioning.codeExpiry' || name.startsWith('organization.')) return words;
    const usual = DEFAULT_SETTINGS[name];
    return t('settings.helpWithUsual', {
      help: words,
      usual: typeof usual === 'boolean' ? t(usual ? 'ui.yes' : 'ui.no') : String(usual),
    });
  };
  return (
    <Form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!anyWrong) saving.mutate({ wish: draft, against: base });
      }}
    >
      {!isProblem(saving.error, 'edited-meanwhile') && <ProblemAlert error={saving.error} fields={NAMES} />}
      {GROUPS.map((group) => (
        <FormFieldGroup
          key={group}
          header={
            <FormFieldGroupHeader
              titleText={{ text: t(`settings.groups.${group}`), id: `settings-${group}` }}
            />
          }
        >
          {NAMES.filter((name) => name.startsWith(`${group}.`)).map((name) => {
            const said = {
              label: t(`settings.names.${name}.label`),
              help: help(name),
              value: draft[name],
              onChange: set(name),
              error: wrong(name) ?? fieldProblem(saving.error, name),
            };
            if (name === 'provisioning.codeExpiry') return <ExpiryField key={name} {...said} />;
            if (name === 'organization.logo') return <LogoField key={name} {...said} />;
            return isSwitch(name) ? (
              <ChoiceField
                key={name}
                {...said}
                choices={[
                  { value: 'false', label: t('ui.no') },
                  { value: 'true', label: t('ui.yes') },
                ]}
              />
            ) : (
              <TextField key={name} {...said} type={isNumber(name) ? 'number' : 'text'} />
            );
          })}
          {group === 'provisioning' && (
            <AddressCheck
              publicUrl={publicUrl}
              host={draft['provisioning.host'].trim()}
              port={Number(typedValue('provisioning.port', draft['provisioning.port']))}
              ready={wrong('provisioning.host') === undefined && wrong('provisioning.port') === undefined}
            />
          )}
          {group === 'provisioning' && addressChanged && (
            <Alert component="p" isInline variant="info" title={t('settings.address.changed')}>
              {t('settings.address.changedBody')}
            </Alert>
          )}
        </FormFieldGroup>
      ))}
      <ActionGroup>
        <Button type="submit" isLoading={saving.isPending} isDisabled={saving.isPending || anyWrong}>
          {t('ui.save')}
        </Button>
        <Button variant="link" onClick={() => setDraft(draftOf(base.settings))}>
          {t('settings.discard')}
        </Button>
      </ActionGroup>
      {theirs && (
        <ConflictDialog
          name={t('settings.title')}
          fields={NAMES.map((name) => ({
            field: name,
            label: t(`settings.names.${name}.label`),
            before: inWords(name, shown(name, base.settings[name])),
            mine: inWords(name, draft[name]),
            theirs: inWords(name, shown(name, theirs.settings[name])),
          }))}
          onClose={() => setTheirs(undefined)}
          onChosen={(mine) => {
            const wish = draftOf(theirs.settings);
            for (const name of NAMES) if (mine.includes(name)) wish[name] = draft[name];
            setDraft(wish);
            setBase(theirs);
            const against = theirs;
            setTheirs(undefined);
            saving.mutate({ wish, against });
          }}
        />
      )}
    </Form>
  );
}
