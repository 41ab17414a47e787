/** Who gets a token assigned. The resulting job checks everyone, and waits on its own page to be started. */
import { Checkbox } from '@patternfly/react-core';
import type { AssignManyInput } from '@sower/api/jobs';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useConsole } from '../session/use-console.ts';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { useFields } from '../ui/forms/use-fields.ts';
import { useSaving } from '../ui/forms/use-saving.ts';
import { Screen } from '../ui/screen.tsx';
import { useRefresh } from '../ui/use-done.ts';
import { useOnward } from '../ui/use-onward.ts';
import { choiceOf, type Who, WhoFields } from './who-fields.tsx';

export function Component() {
  const { t, api } = useConsole();
  const refresh = useRefresh();
  const navigate = useNavigate();
  const onward = useOnward();
  const [who, setWho] = useState<Who>({ how: 'file' });
  const { values, field, flag } = useFields({ name: '', again: false });
  const choose = choiceOf(who, undefined) as AssignManyInput['choose'] | undefined;
  const making = useSaving({
    mutationFn: (choice: AssignManyInput['choose']) =>
      api('assignMany', { body: { name: values.name.trim(), choose: choice, again: values.again } }),
    onSuccess: async ({ id }) => {
      await refresh(['jobs']);
      onward(`/jobs/${id}`);
    },
  });
  const ready = values.name.trim() !== '' && choose !== undefined;
  return (
    <Screen title={t('assignMany.title')} crumb={t('assignMany.menu')} intro={t('assignMany.intro')}>
      <Form
        onSubmit={() => {
          if (ready) making.mutate(choose);
        }}
        error={making.error}
      >
        <TextField
          id="job-name"
          label={t('distributeMany.name')}
          help={t('assignMany.nameHelp')}
          required
          {...field('name')}
        />
        <WhoFields who={who} onWho={setWho} chosen={undefined} />
        <Checkbox id="job-served" label={t('assignMany.served')} {...flag('again')} />
        <FormEnd
          unguarded
          pending={making.isPending}
          ready={ready}
          action={t('distributeMany.check')}
          onLeave={() => navigate('/jobs')}
        />
      </Form>
    </Screen>
  );
}
