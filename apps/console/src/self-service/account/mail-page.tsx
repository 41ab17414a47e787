/** The language of mail, from the menu of the person. */
import { ActionGroup } from '@patternfly/react-core';
import { MAIL_LANGUAGES, type MailLanguage } from '@sower/api/mail-events';
import type { OwnMail } from '@sower/api/self-service';
import { LANGUAGE_NAMES } from '@sower/texts/tables/languages';
import { useState } from 'react';
import { useApi } from '../../api/connection.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { ChoiceField, inWords } from '../../ui/field.tsx';
import { Form } from '../../ui/forms/form.tsx';
import { Link } from '../../ui/link.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Button } from '../../ui/patternfly.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { useOnward } from '../../ui/use-onward.ts';
import { useRefresh, useSaving } from '../../ui/use-work.ts';
import { Part } from '../part.tsx';
import { useTexts } from '../use-person.ts';

export function Component() {
  const t = useTexts();
  const mail = useAnswer('getOwnMail', {}, { staleTime: 0 });
  return (
    <Part title={t('mailLanguage.title')} above={<Link to="/">{t('toTokens')}</Link>}>
      <Loaded query={mail} lines={2}>
        {(loaded) => <LanguageForm stored={loaded} />}
      </Loaded>
    </Part>
  );
}

function LanguageForm({ stored }: { stored: OwnMail }) {
  const t = useTexts();
  const api = useApi();
  const onward = useOnward();
  const refresh = useRefresh();
  const [language, setLanguage] = useState<MailLanguage | ''>(stored.language ?? '');
  const saving = useSaving({
    mutationFn: () => api('editOwnMail', { body: { language } }),
    onSuccess: async () => {
      await refresh(['self-service', 'mail']);
      onward('/');
    },
  });
  return (
    <Form wide onSubmit={() => saving.mutate()}>
      <p>{t('mailLanguage.says')}</p>
      <ProblemAlert error={saving.error} />
      <ChoiceField
        id="mail-language"
        label={t('mailLanguage.label')}
        value={language}
        onChange={(next) => setLanguage(next as MailLanguage | '')}
        none={t('mailLanguage.otherwise', { language: LANGUAGE_NAMES[stored.otherwise] })}
        choices={inWords(MAIL_LANGUAGES, (id) => LANGUAGE_NAMES[id])}
      />
      <ActionGroup>
        <Button type="submit" pending={saving.isPending}>
          {t('mailLanguage.save')}
        </Button>
      </ActionGroup>
    </Form>
  );
}
