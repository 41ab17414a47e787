/** Finds one user by any part of a name, an address or a number. */
import { Radio, SearchInput } from '@patternfly/react-core';
import { keepPreviousData } from '@tanstack/react-query';
import { useDeferredValue, useId, useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { nameAndId } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { Field } from '../ui/field.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';

export function UserPicker({ value, onChange }: { value: string; onChange: (userId: string) => void }) {
  const { t } = useConsole();
  const name = useId();
  const [typed, setTyped] = useState('');
  /** The person who was chosen may not be among those found now. */
  const find = (next: string): void => {
    setTyped(next);
    onChange('');
  };
  const search = useDeferredValue(typed.trim());
  const users = useAnswer(
    'listUsers',
    { query: { limit: 8, ...(search === '' ? {} : { search, sort: 'match' }) } },
    { placeholderData: keepPreviousData },
  );
  return (
    <>
      <Field {...helped(t, 'users.find')} path="userId">
        {({ id, 'aria-describedby': describedBy }) => (
          <SearchInput
            searchInputId={id}
            value={typed}
            onChange={(_, next) => find(next)}
            onClear={() => find('')}
            aria-label={t('users.find')}
            aria-describedby={describedBy}
            resetButtonLabel={t('ui.clear')}
          />
        )}
      </Field>
      <ProblemAlert error={users.error} onRetry={() => users.refetch()} />
      <fieldset className="sower-plain">
        <legend>{t('users.choose')}</legend>
        {users.data?.items.map((user) => (
          <Radio
            key={user.userId}
            id={`${name}-${user.userId}`}
            name={name}
            isChecked={value === user.userId}
            onChange={() => onChange(user.userId)}
            // Of several people of one name, each is called apart from the others.
            label={nameAndId(user)}
            description={user.email}
            isDisabled={!user.enabled}
          />
        ))}
        {users.data?.items.length === 0 && <p role="status">{t('users.noneFound')}</p>}
      </fieldset>
    </>
  );
}
