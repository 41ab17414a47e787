/** Setup > System Settings: Tokens, and Retention and Alerts. All of them are one thing with one version. */
import { DEFAULT_SETTINGS, type Settings, type SettingsPatch, settingsSchema } from '@sower/api/settings';
import { useParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { ExpiryField } from '../distribute/expiry-field.tsx';
import { useConsole } from '../session/use-console.ts';
import { NoSuchPage } from '../shell/failed-page.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { EditConflict } from '../ui/dialogs/conflict-dialog.tsx';
import { ChoiceField, inWords, TextField } from '../ui/field.tsx';
import { base64Of, FileField } from '../ui/forms/file-field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { FieldGroup, FormEnd, FormGroups } from '../ui/forms/form-end.tsx';
import { numberOf } from '../ui/forms/numbers.ts';
import { useEditing } from '../ui/forms/use-editing.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { Facts } from '../ui/titled-card.tsx';
import { useSaving } from '../ui/use-work.ts';
import { AddressCheck } from './address-check.tsx';

type Name = keyof Settings;
const NAMES = Object.keys(DEFAULT_SETTINGS) as Name[];
const PARTS = {
  tokens: [
    'provisioning',
    'tokens',
    'activation',
    'selfService',
    'requests',
    'logOn',
    'approvals',
    'verify',
    'agents',
    'organization',
  ],
  retention: ['retention', 'alerts'],
} as const;
type Part = keyof typeof PARTS;
const isPart = (name: string): name is Part => Object.hasOwn(PARTS, name);

export function Component() {
  const { part = '' } = useParams();
  return isPart(part) ? <SettingsPage key={part} part={part} /> : <NoSuchPage />;
}

function SettingsPage({ part }: { part: Part }) {
  const { t } = useConsole();
  const settings = useAnswer('getSettings', {}, { staleTime: 0 });
  const server = useAnswer('getServer', {});
  return (
    <Screen title={t(`settings.titles.${part}`)} intro={t('settings.intro')}>
      <FormGroups
        groups={PARTS[part].map((name) => ({ id: `settings-${name}`, title: t(`settings.groups.${name}`) }))}
      >
        <div className="sower-stack sower-form">
          <Loaded query={settings}>
            {(view) => (
              <Loaded query={server}>
                {({ publicUrl }) => <SettingsForm part={part} view={view} publicUrl={publicUrl} />}
              </Loaded>
            )}
          </Loaded>
        </div>
      </FormGroups>
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
  return numberOf(text);
}

function SettingsForm({ part, view, publicUrl }: { part: Part; view: View; publicUrl: string }) {
  const groups = PARTS[part];
  const names = NAMES.filter((name) => groups.some((group) => name.startsWith(`${group}.`)));
  const { t, api, done } = useConsole();
  const {
    base,
    values: draft,
    set,
    field,
    error,
    pending,
    changed,
    save,
    begin,
    conflict,
  } = useEditing<View, Draft, View>({
    stored: view,
    draftOf: ({ settings }) => draftOf(settings),
    send: (draft, against) => {
      const changed = NAMES.filter((name) => draft[name] !== shown(name, against.settings[name]));
      return api('editSettings', {
        body: Object.fromEntries(
          changed.map((name) => [name, typedValue(name, draft[name])]),
        ) as SettingsPatch,
        ifMatch: against.version,
      });
    },
    load: () => api('getSettings', {}),
    onSaved: async (saved) => {
      begin(saved);
      await done(t('settings.saved'));
    },
  });
  const wrong = (name: Name): string | undefined => {
    const checked = settingsSchema.shape[name].safeParse(typedValue(name, draft[name]));
    if (checked.success) return undefined;
    return t(name === 'provisioning.host' ? 'settings.address.wrongHost' : 'settings.wrong');
  };
  const anyWrong = names.some((name) => wrong(name) !== undefined);
  const present = new URL(publicUrl);
  const addressChanged = (['provisioning.host', 'provisioning.port'] as const).some(
    (name) => draft[name].trim() !== shown(name, base.settings[name]),
  );
  /** For comparing two versions: the octets of a logo mean nothing to a reader. */
  const wordsOf = (name: Name, value: string): string =>
    name === 'organization.logo' && value !== '' ? t('settings.logoOf', { count: value.length }) : value;
  const help = (name: Name): string => {
    const words = t(`setting-name.${name}.help`);
    if (name === 'provisioning.host') {
      return `${words} ${t('settings.address.emptyHost', { host: present.hostname })}`;
    }
    if (name === 'provisioning.port') {
      return `${words} ${t('settings.address.emptyPort', { port: present.port || '443' })}`;
    }
    if (
      name === 'provisioning.codeExpiry' ||
      name === 'requests.escalateTo' ||
      name === 'requests.approverMail' ||
      name === 'retention.hold' ||
      name.startsWith('organization.')
    )
      return words;
    const usual = DEFAULT_SETTINGS[name];
    return t('settings.helpWithUsual', {
      help: words,
      usual: typeof usual === 'boolean' ? t(usual ? 'ui.yes' : 'ui.no') : String(usual),
    });
  };
  return (
    <Form
      wide
      onSubmit={() => {
        if (!anyWrong) save();
      }}
      error={error}
    >
      {groups.map((group) => (
        <FieldGroup key={group} id={`settings-${group}`} title={t(`settings.groups.${group}`)}>
          {names
            .filter((name) => name.startsWith(`${group}.`))
            .map((name) => {
              const said = {
                label: t(`setting-name.${name}.label`),
                help: help(name),
                ...field(name),
                error: wrong(name),
              };
              if (name === 'provisioning.codeExpiry') return <ExpiryField key={name} {...said} />;
              if (name === 'requests.approverMail')
                return (
                  <ChoiceField
                    key={name}
                    {...said}
                    choices={inWords(settingsSchema.shape[name].unwrap().options, (value) =>
                      t(`settings.approverMail.${value}`),
                    )}
                  />
                );
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
          {group === 'retention' && <OldRows />}
          {group === 'provisioning' && addressChanged && (
            <Alert variant="info" title={t('settings.address.changed')}>
              {t('settings.address.changedBody')}
            </Alert>
          )}
        </FieldGroup>
      ))}
      <FormEnd
        pending={pending}
        refused={error !== undefined && error !== null}
        changed={changed}
        ready={!anyWrong}
        leave={t('settings.discard')}
        onLeave={() => set(draftOf(base.settings))}
      />
      <EditConflict
        conflict={conflict}
        name={t(`settings.titles.${part}`)}
        fields={names}
        label={(name) => t(`setting-name.${name}.label`)}
        words={(draft, name) => wordsOf(name, draft[name])}
      />
    </Form>
  );
}

/** By its first octets, whatever the file is called. */
const typeOf = ([first]: Uint8Array): string => (first === 0xff ? 'image/jpeg' : 'image/png');

/** The logo on letters: shown, replaced by a file, removed. */
function LogoField({
  label,
  help,
  value,
  onChange,
  error,
}: {
  label: string;
  help: string;
  /** A data URL; empty for none. */
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}) {
  const t = useTexts();
  return (
    <div>
      <FileField
        label={label}
        help={help}
        error={error}
        accept="image/png,image/jpeg"
        onFile={(octets) => {
          if (octets.length > 0) onChange(`data:${typeOf(octets)};base64,${base64Of(octets)}`);
        }}
      />
      {value === '' ? (
        <p>{t('settings.logoNone')}</p>
      ) : (
        <p>
          <img className="sower-logo" src={value} alt={t('settings.logoNow')} />
          <Button variant="link" onClick={() => onChange('')}>
            {t('settings.logoRemove')}
          </Button>
        </p>
      )}
    </div>
  );
}

/** What would be deleted now because it was kept long enough, and deleting it. */
function OldRows() {
  const { t, api, time, done } = useConsole();
  const retention = useAnswer('showRetention', {}, { staleTime: 0 });
  const running = useSaving(
    {
      mutationFn: () => api('runRetention', {}),
      onSuccess: () => done(t('settings.oldRows.begun'), ['retention']),
    },
    t('settings.oldRows.run'),
  );
  return (
    <Loaded query={retention}>
      {({ kinds, mostCounted, hold, archive, cuts: [cut] }) => (
        <>
          <Facts
            facts={kinds.map(({ kind, due }) => [
              t(`settings.oldRows.kinds.${kind}`),
              t(due >= mostCounted ? 'settings.oldRows.dueMost' : 'settings.oldRows.due', { count: due }),
            ])}
          />
          <p>{t(`settings.oldRows.archive.${archive}`)}</p>
          {cut && <p>{t('settings.oldRows.cut', { count: cut.rows, at: time(cut.at) })}</p>}
          {hold !== '' && (
            <Alert variant="info" title={t('settings.oldRows.hold')}>
              {hold}
            </Alert>
          )}
          <ProblemAlert error={running.error} />
          <div className="sower-actions">
            <Button
              variant="secondary"
              work={running}
              isDisabled={hold !== '' || kinds.every(({ due }) => due === 0)}
            >
              {t('settings.oldRows.run')}
            </Button>
          </div>
        </>
      )}
    </Loaded>
  );
}
