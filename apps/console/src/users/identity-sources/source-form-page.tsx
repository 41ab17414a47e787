/** An identity source: added or edited. */
import { ActionGroup } from '@patternfly/react-core';
import type { IdentitySource } from '@sower/api/identity-sources';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { fieldProblem } from '../../api/problem-words.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useConsole } from '../../session/use-console.ts';
import { helped } from '../../texts/use-texts.ts';
import { EditConflict } from '../../ui/dialogs/conflict-dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/forms/form.tsx';
import { FieldGroup, FormEnd, FormGroups } from '../../ui/forms/form-end.tsx';
import { useEditing } from '../../ui/forms/use-editing.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Button } from '../../ui/patternfly.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useOnward } from '../../ui/use-onward.ts';
import { GroupFields, PlacementFields } from './group-fields.tsx';
import { bodyOf, draftOf, needsPassword, PATHS, type SourceDraft } from './source-draft.ts';
import { ConnectionFields, FollowingFields, MappingFields } from './source-fields.tsx';
import { Entries, Steps } from './source-test.tsx';
import { useFieldWords } from './use-field-words.ts';

export function Component() {
  const { t } = useConsole();
  const { id } = useParams();
  const source = useAnswer(
    'getIdentitySource',
    { params: { id: id ?? '' } },
    { enabled: id !== undefined, staleTime: 0 },
  );
  const groups = [
    { id: 'source-connection', title: t('sources.connection') },
    { id: 'source-limits', title: t('sources.limits') },
    { id: 'source-search', title: t('sources.search') },
    { id: 'source-mapping', title: t('sources.mapping') },
    { id: 'source-placement', title: t('sources.rules') },
    { id: 'source-groups', title: t('sources.groups') },
    { id: 'source-schedule', title: t('sources.schedule') },
    { id: 'source-stop', title: t('sources.stop') },
    { id: 'source-notify', title: t('sources.told') },
    { id: 'source-log-on', title: t('sources.logOn') },
  ];
  return (
    <Screen
      title={
        id === undefined ? t('sources.addTitle') : t('sources.editTitle', { name: source.data?.name ?? '…' })
      }
    >
      <FormGroups groups={groups}>
        {id === undefined ? (
          <SourceForm />
        ) : (
          <Loaded query={source}>{(loaded) => <SourceForm key={loaded.id} stored={loaded} />}</Loaded>
        )}
      </FormGroups>
    </Screen>
  );
}

const FIELDS = (Object.keys(PATHS) as (keyof SourceDraft)[]).filter((name) => name !== 'kind');

function SourceForm({ stored }: { stored?: IdentitySource }) {
  const { t, api, done } = useConsole();
  const onward = useOnward();
  const [password, setPassword] = useState('');
  const { label, words } = useFieldWords();
  const { base, values, set, field, flag, error, pending, changed, save, conflict } = useEditing({
    stored,
    draftOf,
    send: (draft, against) => {
      const isAnonymous = draft.bindName.trim() === '';
      const body = {
        ...bodyOf(draft),
        ...(isAnonymous && against?.passwordSet ? { password: '' } : {}),
        ...(!isAnonymous && password !== '' ? { password } : {}),
      };
      return against
        ? api('editIdentitySource', { params: { id: against.id }, body, ifMatch: against.version })
        : api('addIdentitySource', { body: { ...body, kind: draft.kind } });
    },
    load: async (before) => before && api('getIdentitySource', { params: { id: before.id } }),
    onSaved: async ({ id, name }) => {
      await done(t('sources.said.saved', { name }), ['identity-sources']);
      onward(`/identity-sources/${id}`, { state: { test: true } });
    },
  });
  const fields = {
    values,
    set,
    flag,
    text: (name: Parameters<typeof field>[0]) => field(name, PATHS[name]),
  };
  return (
    <Form onSubmit={save} error={error}>
      <ConnectionFields
        fields={fields}
        stored={base}
        password={{
          value: password,
          onChange: setPassword,
          again: needsPassword(base, values) && password === '',
        }}
      />
      <MappingFields fields={fields} />
      {base && <MappingPreview id={base.id} values={values} />}
      <PlacementFields fields={fields} />
      <GroupFields fields={fields} />
      <FollowingFields fields={fields} />
      <FormEnd pending={pending} changed={changed} action={t('sources.saveAndTest')} back={-1} />
      <EditConflict conflict={conflict} name={base?.name ?? ''} fields={FIELDS} label={label} words={words} />
    </Form>
  );
}

/** Ten entries, or one person, as they would become users by what is in the form and not saved yet. */
function MappingPreview({ id, values }: { id: string; values: SourceDraft }) {
  const { t, api } = useConsole();
  const [find, setFind] = useState('');
  const looking = useMutation({
    mutationFn: () => {
      const { search, mapping } = bodyOf(values);
      const wanted = find.trim();
      return api('testIdentitySource', {
        params: { id },
        body: { ...(wanted === '' ? {} : { find: wanted }), search, mapping },
      });
    },
  });
  const { error, data } = looking;
  // Steps that succeed are not of interest here: this is not the test of the connection.
  const steps = data?.steps.filter(({ state }) => state === 'failed' || state === 'warning') ?? [];
  return (
    <FieldGroup id="source-look" title={t('sources.lookTitle')}>
      <p>{t('sources.lookBody')}</p>
      <ProblemAlert error={error} fields={['find']} />
      <TextField
        {...helped(t, 'sources.find')}
        value={find}
        onChange={setFind}
        onEnter={() => !looking.isPending && looking.mutate()}
        error={fieldProblem(error, 'find')}
      />
      <ActionGroup>
        <Button variant="secondary" work={looking}>
          {t('sources.look')}
        </Button>
      </ActionGroup>
      {data && !looking.isPending && (
        <div className="sower-stack" data-looked={data.passed ? 'passed' : 'failed'}>
          {steps.length > 0 && <Steps test={{ steps }} />}
          {data.entries.length > 0 && <Entries entries={data.entries} />}
        </div>
      )}
    </FieldGroup>
  );
}
