/**
 * User Dashboard: what a caller wants, each at most three clicks away. The last refusal stands on top in words, with what helps against it;
 * after each act, what usually comes next is offered.
 */
import { AlertActionLink, List, ListItem } from '@patternfly/react-core';
import type { Token } from '@sower/api/tokens';
import type { User } from '@sower/api/users';
import { visible } from '@sower/bytes/printable';
import { useQueries } from '@tanstack/react-query';
import { type ComponentProps, useState } from 'react';
import { useNavigate } from 'react-router';
import { EmergencyDialog, ResynchronizeDialog, TestDialog } from '../access/token-dialogs.tsx';
import { mayHavePin, refusalOfEmergency, refusalToReplace } from '../access/token-refusals.ts';
import { answerOf, useAnswer } from '../api/use-answer.ts';
import { nameAndId, useAuditWords } from '../api/user-words.ts';
import { undistributable } from '../distribute/undistributable.ts';
import { useConsole } from '../session/use-console.ts';
import { TokenQuestion } from '../tokens/token-question.tsx';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { startOfDay } from '../ui/times.ts';
import { TitledCard } from '../ui/titled-card.tsx';
import { useAtOnce } from '../ui/use-work.ts';
import { helpAgainst } from './refusal.ts';

const CALLS = [
  'lost',
  'newPhone',
  'accessNow',
  'codeFails',
  'pin',
  'unlock',
  'found',
  'enable',
  'replace',
  'test',
  'leaves',
] as const;
type Call = (typeof CALLS)[number];

/** What usually follows. */
const NEXT: Readonly<Record<Call, readonly Call[]>> = {
  lost: ['accessNow', 'replace'],
  newPhone: [],
  accessNow: ['replace', 'newPhone'],
  codeFails: ['test', 'newPhone'],
  pin: ['test'],
  unlock: ['codeFails', 'pin'],
  found: ['test'],
  enable: ['test'],
  replace: [],
  test: ['codeFails', 'pin'],
  leaves: [],
};

/** The token that is meant, unless another is chosen: one that is used before one that is not, the latest first. */
const usual = (tokens: readonly Token[]): Token | undefined => {
  const lastUsed = ({ seeds }: Token): string =>
    seeds
      .map(({ lastAcceptedAt, provisionedAt }) => lastAcceptedAt ?? provisionedAt)
      .sort()
      .at(-1) ?? '';
  return [...tokens].sort((one, other) => lastUsed(other).localeCompare(lastUsed(one)))[0];
};

export function CallCard({ user }: { user: User }) {
  const { t, api, can, time, lastDay } = useConsole();
  const atOnce = useAtOnce();
  const navigate = useNavigate();
  const words = useAuditWords();
  const { userId } = user;
  const [serial, setSerial] = useState('');
  const [asked, setAsked] = useState<Asked>();
  const [last, setLast] = useState<Call>();
  const queries = useQueries({
    queries: user.tokens.map((each) => answerOf(api, 'getToken', { params: { serial: each } })),
  });
  const activity = useAnswer('getUserActivity', { params: { userId } });
  const tokens = queries.flatMap(({ data }) => data ?? []);
  const token = tokens.find((each) => each.serial === serial) ?? usual(tokens);
  if (!can('tokens:edit')) return null;
  const params = { serial: token?.serial ?? '' };
  const refused = activity.data?.items.find(({ result }) => result !== 'success');
  const isNewest =
    refused !== undefined && activity.data?.items.find(({ action }) => action === refused.action) === refused;
  const locked = activity.data?.lockedUntil;
  const checks = activity.data?.callerChecks ?? [];
  // What helps one token is not offered for another.
  const helps: Call | undefined =
    locked !== undefined ? 'unlock' : refused && helpAgainst(refused, token?.serial);

  /** Why it cannot be done now; undefined: it can. Null: it makes no sense. */
  const why = (call: Call): string | undefined | null => {
    if (call === 'unlock') return locked === undefined ? null : undefined;
    if (call === 'leaves') return user.enabled && user.leaving === undefined ? undefined : null;
    if (!token) return null;
    const unprovisioned = token.seeds.length > 0 ? undefined : t('call.notProvisioned');
    const reasons: Partial<Record<Call, string | undefined | null>> = {
      lost: token.lost ? null : undefined,
      found: token.lost ? undefined : null,
      enable: token.enabled ? null : undefined,
      newPhone: can('tokens:distribute') ? undistributable(t, token) : t('call.notPermitted'),
      replace: can('tokens:assign') ? refusalToReplace(t, token) : t('call.notPermitted'),
      accessNow: refusalOfEmergency(t, token),
      codeFails: unprovisioned,
      pin: mayHavePin(token) ? undefined : null,
      test: unprovisioned,
    };
    return reasons[call];
  };
  const act = (call: Call): void => {
    const onDone = (): void => setLast(call);
    // The call goes on about this one, whichever the user uses meanwhile.
    setSerial(params.serial);
    if (call === 'newPhone') {
      const profile = token?.distribution?.profile;
      const query = profile === undefined ? '' : `?${new URLSearchParams({ profile })}`;
      navigate(`/tokens/${params.serial}/distribute${query}`);
    } else if (call === 'unlock')
      atOnce(api('unlockUser', { params: { userId } }), t('access.unlocked', { userId }), onDone);
    else if (call === 'found')
      atOnce(api('markLost', { params, body: { lost: false } }), t('tokens.said.found', params), onDone);
    else if (call === 'enable')
      atOnce(api('enableToken', { params }), t('tokens.said.enabled', params), onDone);
    else setAsked({ call, token, onDone });
  };
  const close = (): void => setAsked(undefined);
  const offered = CALLS.filter((call) => why(call) !== null && call !== 'test');
  const refusals = offered.flatMap((call) => {
    const reason = why(call);
    return reason ? [{ call, reason }] : [];
  });
  const next = last === undefined ? [] : NEXT[last].filter((call) => why(call) === undefined);
  return (
    <TitledCard title={t('call.title')} stacked>
      {checks.length > 0 && (
        <div>
          <p id="call-checks">{t('call.askFor')}</p>
          <List aria-labelledby="call-checks">
            {checks.map((check) => (
              <ListItem key={check}>{visible(check)}</ListItem>
            ))}
          </List>
        </div>
      )}
      {user.leaving && (
        <Alert
          variant="info"
          title={t(user.leaving.left ? 'leaving.ended' : 'leaving.ends', {
            day: lastDay(user.leaving.at),
          })}
          actionLinks={
            <AlertActionLink
              onClick={() =>
                atOnce(
                  api('undoLeaving', { params: { userId } }),
                  t('leaving.undone', { user: nameAndId(user) }),
                )
              }
            >
              {t('leaving.undo')}
            </AlertActionLink>
          }
        />
      )}
      {refused && isNewest && (
        <Alert
          variant="warning"
          title={t('call.refused', { time: time(refused.at) })}
          {...(helps !== undefined &&
            why(helps) === undefined && {
              actionLinks: (
                <AlertActionLink onClick={() => act(helps)}>{t(`call.acts.${helps}`)}</AlertActionLink>
              ),
            })}
        >
          {t('call.refusedSays', {
            action: words.action(refused.action),
            reason: refused.reason ?? words.result(refused.result),
          })}
        </Alert>
      )}
      {tokens.length > 1 && (
        <ChoiceField
          label={t('call.which')}
          value={params.serial}
          onChange={(chosen) => {
            setSerial(chosen);
            // What follows an act is about the token of that act.
            setLast(undefined);
          }}
          choices={tokens.map((each) => ({
            value: each.serial,
            label: [each.serial, each.distribution?.nickname, each.label].filter(Boolean).join(', '),
          }))}
        />
      )}
      {user.tokens.length === 0 && <p>{t('dashboard.noTokens')}</p>}
      {offered.length > 0 && (
        <div className="sower-actions">
          {offered.map((call) => (
            <Button
              key={call}
              variant="secondary"
              isAriaDisabled={why(call) !== undefined}
              onClick={() => act(call)}
              {...(why(call) !== undefined && { 'aria-describedby': `call-${call}` })}
            >
              {t(`call.acts.${call}`)}
            </Button>
          ))}
        </div>
      )}
      {refusals.map(({ call, reason }) => (
        <p key={call} id={`call-${call}`} className="sower-found-says">
          {t('call.why', { act: t(`call.acts.${call}`), reason })}
        </p>
      ))}
      {next.length > 0 && (
        <div className="sower-actions" role="status">
          <span>{t('call.next')}</span>
          {next.map((call) => (
            <Button key={call} variant="link" isInline onClick={() => act(call)}>
              {t(`call.acts.${call}`)}
            </Button>
          ))}
        </div>
      )}
      {asked && <AskedDialog {...asked} user={user} onClose={close} />}
    </TitledCard>
  );
}

/** The token is the one that was shown when it was asked: another must not slip under a window that is open. */
type Asked = {
  readonly call: Call;
  readonly token: Token | undefined;
  /** What follows is offered only once it is done. */
  readonly onDone: () => void;
};

function AskedDialog({ call, token, user, ...ends }: Asked & { user: User; onClose: () => void }) {
  if (call === 'leaves') return <LeavingDialog user={user} {...ends} />;
  if (token === undefined) return null;
  const { serial } = token;
  if (call === 'accessNow') return <EmergencyDialog serial={serial} {...ends} />;
  if (call === 'codeFails') return <ResynchronizeDialog serial={serial} {...ends} />;
  if (call === 'test') return <TestDialog serial={serial} {...ends} />;
  if (call !== 'lost' && call !== 'replace' && call !== 'pin') return null;
  return (
    <TokenQuestion what={call === 'pin' ? 'setPin' : call} token={token} onDeleted={undefined} {...ends} />
  );
}

/** The last day of a user: through the end of that day, as the browser's clock has it. */
function LeavingDialog({
  user,
  ...ends
}: { user: User } & Pick<ComponentProps<typeof FormDialog>, 'onDone' | 'onClose'>) {
  const { userId } = user;
  const { t, api, done, lastDay: lastDayOf } = useConsole();
  const { values, field } = useFields({ lastDay: '' });
  const { lastDay } = values;
  const named = { user: nameAndId(user) };
  return (
    <FormDialog
      title={t('leaving.title', named)}
      intro={<p>{t('leaving.body')}</p>}
      action={t('leaving.action')}
      ready={lastDay !== ''}
      {...ends}
      onSubmit={async () => {
        const at = startOfDay(lastDay, 1).toISOString();
        await api('setLeaving', { params: { userId }, body: { at } });
        await done(t('leaving.set', { ...named, day: lastDayOf(at) }));
      }}
    >
      <TextField label={t('leaving.lastDay')} type="date" required {...field('lastDay', 'at')} />
    </FormDialog>
  );
}
