/** Home: find a person, see what needs attention, see how many tokens there are. */

import { AlertActionLink, List, ListItem, SearchInput } from '@patternfly/react-core';
import { DAY } from '@sower/api/time';
import { visible } from '@sower/bytes/printable';
import { keepPreviousData } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useNavigate } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { nameOf } from '../api/user-words.ts';
import { Chart } from '../reporting/chart-card.tsx';
import { byOutcome } from '../reporting/chart-data.ts';
import { Funnel } from '../reporting/figure-cards.tsx';
import { useFigures } from '../reporting/use-figures.ts';
import { useConsole } from '../session/use-console.ts';
import { hasPasskeys } from '../session/use-log-on.ts';
import { useTexts } from '../texts/use-texts.ts';
import { StatisticsCards } from '../tokens/statistics-cards.tsx';
import { Link, LinkButton } from '../ui/link.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { TitledCard } from '../ui/titled-card.tsx';
import { Attention } from './attention.tsx';
import { SetUp } from './set-up.tsx';

export function Component() {
  const { t, can, userName } = useConsole();
  const sees = can('tokens:view');
  const statistics = useAnswer('getStatistics', { query: { expiringDays: 90 } }, { enabled: sees });
  return (
    <Screen title={t('home.title')} intro={t('home.intro', { userName })} stacked>
      <PasskeyOffer />
      <SetUp />
      <div className="sower-columns sower-tiles">
        {can('users:view') && <FindUser />}
        {sees && (
          <TitledCard title={t('home.attention')} stacked>
            <Loaded query={statistics} lines={3}>
              {(value) => <Attention statistics={value} />}
            </Loaded>
            <Failover />
            <LastBackup />
          </TitledCard>
        )}
      </div>
      {sees && <HomeCharts />}
      {sees && <StatisticsCards query={statistics} />}
    </Screen>
  );
}

/** The last thirty days on Home: logons, and how far distributions come. */
function HomeCharts() {
  const t = useTexts();
  const logOns = useFigures('getLogOnFigures', { query: { range: 'month' } });
  const distributions = useFigures('getDistributionFigures', { query: { range: 'month' } });
  return (
    <div className="sower-columns sower-tiles">
      <TitledCard
        title={t('home.logOns')}
        actions={
          <LinkButton to="/reporting" variant="link">
            {t('reporting.all')}
          </LinkButton>
        }
      >
        <Loaded query={logOns} lines={4}>
          {(figures) => <Chart title={t('home.logOns')} figures={byOutcome(t, figures)} height={170} />}
        </Loaded>
      </TitledCard>
      <TitledCard title={t('home.funnel')}>
        <Loaded query={distributions} lines={4}>
          {(figures) => <Funnel figures={figures} isShort />}
        </Loaded>
      </TitledCard>
    </div>
  );
}

/** What a failover of the database costs here, in one sentence. Nothing where no standby follows. */
function Failover() {
  const { t, can } = useConsole();
  const nodes = useAnswer('listNodes', {}, { enabled: can('settings:edit') });
  const replication = nodes.data?.database.replication;
  if (replication !== 'awaited' && replication !== 'not-awaited') return null;
  return (
    <p>
      {t(`home.failover.${replication}`)}{' '}
      <Link to="/nodes" otherwise={null}>
        {t('home.alertsLink')}
      </Link>
    </p>
  );
}

/** How old the last backup and the last rehearsal of a restore are, before either is so old that it is an alert. */
function LastBackup() {
  const { t, can, time } = useConsole();
  const backups = useAnswer('listBackups', { query: { limit: 1 } }, { enabled: can('backups:make') });
  if (!backups.data) return null;
  const { configured, madeAt, verifiedAt } = backups.data;
  if (!configured && madeAt === undefined) return null;
  // Clocks of the browser and the server differ.
  const days =
    verifiedAt === undefined
      ? undefined
      : Math.max(0, Math.floor((Date.now() - Date.parse(verifiedAt)) / DAY));
  return (
    <p>
      {madeAt === undefined ? t('home.backup.none') : t('home.backup.made', { time: time(madeAt) })}{' '}
      {days === undefined ? t('home.backup.notRehearsed') : t('home.backup.rehearsed', { count: days })}{' '}
      <Link to="/backups" otherwise={null}>
        {t('home.backup.show')}
      </Link>
    </p>
  );
}

/** Of each administrator: several may share a browser. */
const keyOf = (userName: string): string => `sower.passkey-offered.${userName}`;

/** Who logs on without a passkey is offered one, until they have one or say no, and not again in this browser. */
function PasskeyOffer() {
  const { t, userName } = useConsole();
  const navigate = useNavigate();
  const [answered, setAnswered] = useState(() => localStorage.getItem(keyOf(userName)) !== null);
  const own = useAnswer('getOwnLogOn', {}, { enabled: !answered && hasPasskeys() });
  if (answered || !own.data?.passkeysPossible || own.data.passkeys.length > 0) return null;
  const answer = (): void => {
    localStorage.setItem(keyOf(userName), new Date().toISOString());
    setAnswered(true);
  };
  return (
    <Alert
      variant="info"
      title={t('passkeyOffer.title')}
      actionLinks={
        <>
          <AlertActionLink
            onClick={() => {
              answer();
              navigate('/log-on?add');
            }}
          >
            {t('ownLogOn.add')}
          </AlertActionLink>
          <AlertActionLink onClick={answer}>{t('passkeyOffer.no')}</AlertActionLink>
        </>
      }
    >
      {t('passkeyOffer.body')}
    </Alert>
  );
}

/** Quick search: any part of a name, an address or a number leads to the User Dashboard. */
function FindUser() {
  const { t } = useConsole();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim());
  const users = useAnswer(
    'listUsers',
    { query: { search, sort: 'match', limit: 8 } },
    { enabled: search !== '', placeholderData: keepPreviousData },
  );
  const found = search === '' ? [] : (users.data?.items ?? []);
  const path = (userId: string): string => `/users/${encodeURIComponent(userId)}`;
  return (
    <TitledCard title={t('home.findUser')} stacked>
      <SearchInput
        aria-label={t('home.findUser')}
        placeholder={t('users.findHelp')}
        value={typed}
        maxLength={128}
        onChange={(_, value) => setTyped(value)}
        onClear={() => setTyped('')}
        onSearch={() => {
          // Anyone who types fast must not land on somebody else: one of several is never opened.
          const [first] = found;
          if (found.length === 1 && first && typed.trim() === search && !users.isPlaceholderData)
            navigate(path(first.userId));
          else if (typed.trim() !== '') navigate(`/users?search=${encodeURIComponent(typed.trim())}`);
        }}
        submitSearchButtonLabel={t('ui.search')}
        resetButtonLabel={t('ui.clear')}
      />
      <ProblemAlert error={users.error} />
      {found.length > 0 && (
        <List isPlain aria-label={t('users.title')}>
          {found.map((user) => (
            <ListItem key={user.userId}>
              <Link to={path(user.userId)}>{nameOf(user)}</Link>{' '}
              {[nameOf(user) === visible(user.userId) ? '' : visible(user.userId), user.email]
                .filter(Boolean)
                .join(', ')}
            </ListItem>
          ))}
        </List>
      )}
      <p role="status">{search !== '' && users.data?.items.length === 0 ? t('users.noneFound') : ''}</p>
    </TitledCard>
  );
}
