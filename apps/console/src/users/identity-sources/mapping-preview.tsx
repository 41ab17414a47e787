/** Ten entries, or one person, as they would become users by what is in the form and not saved yet. */
import { ActionGroup } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem } from '../../api/problem-words.ts';
import { useConsole } from '../../session/use-console.ts';
import { TextField } from '../../ui/field.tsx';
import { Button } from '../../ui/patternfly.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { bodyOf, type SourceDraft } from './source-draft.ts';
import { Group } from './source-fields.tsx';
import { Entries, Steps } from './source-test.tsx';

export function MappingPreview({ id, values }: { id: string; values: SourceDraft }) {
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
    <Group id="source-look" title={t('sources.lookTitle')}>
      <p>{t('sources.lookBody')}</p>
      <ProblemAlert error={error} fields={['find']} />
      <TextField
        label={t('sources.find')}
        help={t('sources.findHelp')}
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
    </Group>
  );
}
