/** Setup > System Settings > Tokens. */
import { ActionGroup, Button, Form, FormFieldGroup, FormFieldGroupHeader } from '@patternfly/react-core';
import { DEFAULT_SETTINGS, type Settings, settingsSchema } from '@sower/api/settings';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldProblem, isProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { ConflictDialog } from '../ui/conflict-dialog.tsx';
import { CopyField } from '../ui/copy-field.tsx';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';

type Name = keyof Settings;
const NAMES = Object.keys(DEFAULT_SETTINGS) as Name[];

export function Component() {
  const { t } = useTranslation();
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
        <section aria-labelledby="dsp-title" className="sower-stack">
          <h2 id="dsp-title" className="pf-v6-c-title pf-m-lg">
            {t('settings.dsp')}
          </h2>
          <Loaded query={server} lines={2}>
            {({ publicUrl, ctkipUrl }) => {
              const { hostname, port } = new URL(publicUrl);
              return (
                <>
                  <CopyField label={t('settings.host')} value={hostname} />
                  <CopyField label={t('settings.port')} value={port || '443'} />
                  <CopyField label={t('settings.ctkipUrl')} value={ctkipUrl} />
                  <p>{t('settings.hostHelp')}</p>
                </>
              );
            }}
          </Loaded>
        </section>
        <Loaded query={settings}>{(view) => <SettingsForm view={view} />}</Loaded>
      </div>
    </Screen>
  );
}

type View = { settings: Settings; version: number };
type Draft = Record<Name, string>;

const isSwitch = (name: Name): boolean => typeof DEFAULT_SETTINGS[name] === 'boolean';
/** What was entered, as the setting wants it. */
const valueIn = (name: Name, text: string): unknown =>
  isSwitch(name) ? text === 'true' : text.trim() === '' ? Number.NaN : Number(text);

function draftOf(settings: Settings): Draft {
  return Object.fromEntries(NAMES.map((name) => [name, String(settings[name])])) as Draft;
}

function SettingsForm({ view }: { view: View }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const notice = useNotice();
  const [base, setBase] = useState(view);
  const [draft, setDraft] = useState(() => draftOf(view.settings));
  const [theirs, setTheirs] = useState<View>();
  const saving = useMutation({
    mutationFn: ({ wish, against }: { wish: Draft; against: View }) => {
      const changed = NAMES.filter((name) => wish[name] !== String(against.settings[name]));
      return api('editSettings', {
        body: Object.fromEntries(changed.map((name) => [name, valueIn(name, wish[name])])),
        ifMatch: against.version,
      });
    },
    onSuccess: async (saved) => {
      setBase(saved);
      setDraft(draftOf(saved.settings));
      notice(t('settings.saved'));
      await queries.invalidateQueries({ queryKey: ['settings'] });
    },
    onError: async (error) => {
      if (isProblem(error, 'edited-meanwhile')) setTheirs(await api('getSettings', {}));
    },
  });
  const wrong = (name: Name): string | undefined => {
    const checked = settingsSchema.shape[name].safeParse(valueIn(name, draft[name]));
    return checked.success ? undefined : t('settings.wrong');
  };
  const groups = ['tokens', 'activation', 'verify'] as const;
  const anyWrong = NAMES.some((name) => wrong(name) !== undefined);
  return (
    <Form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!anyWrong) saving.mutate({ wish: draft, against: base });
      }}
    >
      {!isProblem(saving.error, 'edited-meanwhile') && <ProblemAlert error={saving.error} fields={NAMES} />}
      {groups.map((group) => (
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
              label: label(name),
              help: t('settings.helpWithUsual', {
                help: label(name, 'help'),
                usual: isSwitch(name)
                  ? t(DEFAULT_SETTINGS[name] ? 'ui.yes' : 'ui.no')
                  : String(DEFAULT_SETTINGS[name]),
              }),
              value: draft[name],
              onChange: (value: string) => setDraft((held) => ({ ...held, [name]: value })),
              error: wrong(name) ?? fieldProblem(saving.error, name),
            };
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
              <TextField key={name} {...said} type="number" />
            );
          })}
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
            label: label(name),
            mine: draft[name],
            theirs: String(theirs.settings[name]),
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

  /** A setting this language has no words for is shown by its name and the table's own description. */
  function label(name: Name, kind: 'label' | 'help' = 'label'): string {
    const known = t('settings.names', { returnObjects: true }) as Record<
      string,
      { label: string; help: string }
    >;
    const words = known[name.replace('.', '_')];
    if (words) return words[kind];
    const meta = settingsSchema.shape[name].meta() as { description?: string } | undefined;
    return kind === 'label' ? name : (meta?.description ?? '');
  }
}
