/** Who gets a token assigned. The resulting job checks everyone, and waits on its own page to be started. */
import { Checkbox } from '@patternfly/react-core';
import type { AssignManyInput } from '@sower/api/jobs';
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { Form, useFields } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { Screen } from '../ui/screen.tsx';
import { useNewJob } from './use-new-job.ts';
import { choiceOf, type Who, WhoFields } from './who-fields.tsx';

export function Component() {
  const { t, api } = useConsole();
  const [who, setWho] = useState<Who>({ how: 'file' });
  const { values, field, flag } = useFields({ name: '', again: false });
  const choose = choiceOf(who, undefined) as AssignManyInput['choose'] | undefined;
  const name = values.name.trim();
  const { form, end } = useNewJob(
    name === '' || choose === undefined
      ? undefined
      : () => api('assignMany', { body: { name, choose, again: values.again } }),
    '/jobs',
  );
  return (
    <Screen title={t('assignMany.title')} crumb={t('assignMany.menu')} intro={t('assignMany.intro')}>
      <Form {...form}>
        <WhoFields
          name={field('name')}
          nameHelp={t('assignMany.nameHelp')}
          who={who}
          onWho={setWho}
          chosen={undefined}
        />
        <Checkbox id="job-served" label={t('assignMany.served')} {...flag('again')} />
        <FormEnd {...end} action={t('distributeMany.check')} />
      </Form>
    </Screen>
  );
}
