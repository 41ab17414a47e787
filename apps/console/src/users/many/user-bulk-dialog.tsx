/** One action on many users: says what will happen to whom, asks, does it, can be stopped, and reports what failed. */
import { Form, List, ListItem } from '@patternfly/react-core';
import type { ApiClient } from '@sower/api/client';
import {
  MAX_BULK_USERS,
  type UserBulkAction,
  type UserBulkInput,
  type UserSearchInput,
} from '@sower/api/user-bulk';
import type { User } from '@sower/api/users';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../api/use-api.ts';
import { useTexts } from '../../texts/use-texts.ts';
import { BulkProgress, type BulkState, useBulkRun } from '../../ui/dialogs/bulk-progress.tsx';
import { Dialog } from '../../ui/dialogs/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Alert, Button } from '../../ui/patternfly.tsx';
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
  const wish = { action, ...(domain === '' ? {} : { securityDomain: domain }) };
  const run = useBulkRun(() => runUserBulk(api, wish, target, counting.data?.asOf ?? ''));
  const { busy, finished, state } = run;
  const told = action !== 'move' || domain !== '';
  // Who is deleted is named: a user by their ID, many by their number.
  const asked = askedFor(action, target, count);
  const confirmed = asked === undefined || sameWord(typed, asked);
  const close = (): void => {
    if (!busy) onClose(finished ? state.failures.map(({ name }) => name) : undefined);
  };
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
          {busy ? (
            <Button variant="secondary" onClick={run.stop}>
              {t('tokens.bulk.stop')}
            </Button>
          ) : (
            <Button variant={finished ? 'primary' : 'link'} onClick={close}>
              {finished ? t('ui.close') : t('ui.cancel')}
            </Button>
          )}
        </>
      }
    >
      {busy || finished ? (
        <BulkProgress run={run} of={count} nameTitle={t('users.userId')} />
      ) : (
        <>
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

/** @returns the state after every batch; the consumer stops it by not asking for more */
async function* runUserBulk(
  api: ApiClient,
  wish: Pick<UserBulkInput, 'action' | 'securityDomain'>,
  target: UserTarget,
  asOf: string,
): AsyncGenerator<BulkState> {
  let state: BulkState = { done: 0, failures: [] };
  for (const choose of choicesOf(target, asOf))
    for (let after: string | undefined, more = true; more; ) {
      const batch = await api('doToUsers', {
        body: { ...wish, choose, ...(after === undefined ? {} : { after }) },
      });
      const failed = batch.failures.map(({ userId, detail }) => ({ name: userId, detail }));
      state = { done: state.done + batch.done, failures: [...state.failures, ...failed] };
      yield state;
      after = batch.after;
      more = after !== undefined;
    }
}

function choicesOf(target: UserTarget, asOf: string) {
  if (target.kind === 'search') return [{ search: target.search, asOf }];
  const userIds = target.users.map(({ userId }) => userId);
  const parts: { userIds: string[] }[] = [];
  for (let at = 0; at < userIds.length; at += MAX_BULK_USERS)
    parts.push({ userIds: userIds.slice(at, at + MAX_BULK_USERS) });
  return parts;
}
