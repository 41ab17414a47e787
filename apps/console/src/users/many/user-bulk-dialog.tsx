/** One action on many users: says what will happen to whom, asks, has a job do it, and reports what failed. */
import { Form, List, ListItem } from '@patternfly/react-core';
import type { UserBulkAction, UserSearchInput } from '@sower/api/user-bulk';
import type { User } from '@sower/api/users';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../api/use-api.ts';
import { BulkProgress, useBulkJob } from '../../jobs/bulk-job.tsx';
import { useTexts } from '../../texts/use-texts.ts';
import { Dialog } from '../../ui/dialogs/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Alert, Button } from '../../ui/patternfly.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { useTimes } from '../../ui/times.ts';
import { DomainField } from '../domain-field.tsx';

export type UserTarget =
  | { readonly kind: 'chosen'; readonly users: readonly User[] }
  | { readonly kind: 'search'; readonly search: UserSearchInput };

const DESTROYS: ReadonlySet<UserBulkAction> = new Set(['disable', 'delete']);

export function UserBulkDialog({
  action,
  target,
  onClose,
}: {
  action: UserBulkAction;
  target: UserTarget;
  /** With the user IDs for which it failed, once it has run. */
  onClose: (failed: readonly string[] | undefined) => void;
}) {
  const t = useTexts();
  const { count: inDigits } = useTimes();
  const api = useApi();
  const [domain, setDomain] = useState('');
  const [typed, setTyped] = useState('');
  const search = target.kind === 'search' ? target.search : undefined;
  const counting = useQuery({
    queryKey: ['users', 'count', search],
    queryFn: () => api('countUsers', { query: search ?? {} }),
    enabled: search !== undefined,
    staleTime: 0,
    gcTime: 0,
  });
  const count = target.kind === 'chosen' ? target.users.length : counting.data?.count;
  const number = inDigits(count ?? 0);
  const run = useBulkJob(() =>
    api('doToUsers', {
      body: {
        action,
        ...(domain === '' ? {} : { securityDomain: domain }),
        choose:
          target.kind === 'chosen'
            ? { userIds: target.users.map(({ userId }) => userId) }
            : { search: target.search, asOf: counting.data?.asOf ?? '' },
      },
    }),
  );
  const { busy, finished, failures } = run;
  const told = action !== 'move' || domain !== '';
  // Who is deleted is named: a user by their ID, many by their number.
  const asked = askedFor(action, target, count);
  const confirmed = asked === undefined || sameWord(typed, asked);
  const close = (): void => onClose(busy || finished ? failures.map(({ subject }) => subject) : undefined);
  return (
    <Dialog
      title={
        count === undefined
          ? t(`userFiles.bulk.${action}.label`)
          : t(`userFiles.bulk.${action}.title`, { count, number })
      }
      size="medium"
      danger={DESTROYS.has(action)}
      onClose={close}
      buttons={
        <>
          {!busy && !finished && (
            <Button
              type="submit"
              form="user-bulk-form"
              variant={DESTROYS.has(action) ? 'danger' : 'primary'}
              isDisabled={!told || !confirmed || !count}
            >
              {t(`userFiles.bulk.${action}.label`)}
            </Button>
          )}
          {busy && (
            <Button variant="secondary" onClick={run.stop}>
              {t('tokens.bulk.stop')}
            </Button>
          )}
          <Button variant={finished ? 'primary' : 'link'} onClick={close}>
            {busy || finished ? t('ui.close') : t('ui.cancel')}
          </Button>
        </>
      }
    >
      {busy || finished ? (
        <BulkProgress run={run} />
      ) : (
        <>
          <ProblemAlert error={run.error} />
          <p>{t(`userFiles.bulk.${action}.body`)}</p>
          {target.kind === 'chosen' && <Chosen users={target.users} />}
          <Form
            id="user-bulk-form"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              if (told && confirmed && count) run.begin();
            }}
          >
            {action === 'move' && (
              <DomainField value={domain} onChange={setDomain} none={t('tokens.bulk.chooseDomain')} />
            )}
            {search && (
              <Loaded query={counting} lines={2}>
                {() =>
                  count === 0 && (
                    <Alert component="p" isInline variant="info" title={t('userFiles.bulk.countNone')} />
                  )
                }
              </Loaded>
            )}
            {asked !== undefined && (
              <TextField
                id="user-bulk-asked"
                label={t('tokens.bulk.typeCount', { number: target.kind === 'search' ? number : asked })}
                help={search && t('userFiles.bulk.typeCountHelp')}
                required
                value={typed}
                onChange={setTyped}
              />
            )}
          </Form>
        </>
      )}
    </Dialog>
  );
}

/** What has to be typed first. */
function askedFor(action: UserBulkAction, target: UserTarget, count: number | undefined): string | undefined {
  if (target.kind === 'search') return count ? String(count) : undefined;
  if (action !== 'delete') return undefined;
  const [first] = target.users;
  return target.users.length === 1 && first ? first.userId : String(target.users.length);
}

/** A number may have separators. */
const sameWord = (typed: string, asked: string): boolean =>
  typed.trim() === asked || (/^\d+$/.test(asked) && typed.replace(/\D/g, '') === asked);

function Chosen({ users }: { users: readonly User[] }) {
  const t = useTexts();
  return (
    <List aria-label={t('userFiles.bulk.which')} className="sower-list">
      {users.map(({ userId, firstName, lastName }) => (
        <ListItem key={userId}>
          <span>{userId}</span>
          {`${firstName}${lastName}` === '' ? '' : ` – ${`${firstName} ${lastName}`.trim()}`}
        </ListItem>
      ))}
    </List>
  );
}
