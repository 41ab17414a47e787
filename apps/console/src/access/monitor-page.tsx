/** Authentication > Real-time Monitor: authentications as they happen. */

import { Label } from '@patternfly/react-core';
import { userInTrail } from '@sower/api/audit';
import { DAY } from '@sower/api/time';
import { visible } from '@sower/bytes/printable';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isRefresh } from '../api/use-answer.ts';
import { holderOf, useActorWords, useAuditWords } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { ChoiceField, inWords, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { Link } from '../ui/link.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { Narrowed, partOf } from '../ui/lists/search-form.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';

const REFRESH_MILLISECONDS = 2_000;
const ROWS = 100;
const RESULTS = ['', 'success', 'refused'] as const;
const PARTS = ['object', 'actor', 'source'] as const;
/** A part is looked for every two seconds, in no more of the trail than this. */
const PART_MILLISECONDS = DAY;
const COLOURS = { success: 'green', refused: 'orange', failure: 'red' } as const;

export function Component() {
  const { t, api, exact } = useConsole();
  const actorWords = useActorWords();
  const words = useAuditWords();
  const [paused, setPaused] = useState(false);
  const { values, field } = useFields({
    ...{ object: '', actor: '', source: '' },
    result: '' as (typeof RESULTS)[number],
  });
  const { result } = values;
  const used = PARTS.filter((name) => values[name].trim() !== '');
  const query = {
    about: 'authentication' as const,
    limit: ROWS,
    ...Object.fromEntries(used.map((name) => [name, partOf(values[name].trim())])),
    ...(result === '' ? {} : { result }),
  };
  const rows = useQuery({
    queryKey: ['audit', 'monitor', query],
    queryFn: (context) => {
      const since = new Date(Date.now() - PART_MILLISECONDS).toISOString();
      const within = used.length === 0 ? query : { ...query, since };
      return api('listAudit', { query: within, quiet: isRefresh(context) });
    },
    placeholderData: keepPreviousData,
    refetchInterval: paused ? false : REFRESH_MILLISECONDS,
    staleTime: 0,
  });
  return (
    <Screen
      title={t('monitor.title')}
      intro={t('monitor.intro')}
      actions={
        <Button variant="secondary" onClick={() => setPaused(!paused)}>
          {paused ? t('monitor.resume') : t('monitor.pause')}
        </Button>
      }
      stacked
    >
      <Narrowed label={t('audit.filter')} used={used.length + (result === '' ? 0 : 1)}>
        <TextField {...helped(t, 'monitor.user')} {...field('object')} />
        <TextField label={t('audit.actor')} help={t('monitor.actorHelp')} {...field('actor')} />
        <TextField {...helped(t, 'audit.source')} mono {...field('source')} />
        <ChoiceField
          label={t('monitor.result')}
          {...field('result')}
          choices={inWords(RESULTS, (value) => (value === '' ? t('ui.any') : t(`monitor.results.${value}`)))}
        />
      </Narrowed>
      <p role="status">{paused ? t('monitor.paused') : t('monitor.live')}</p>
      <Listing
        query={rows}
        none={{ title: t('monitor.none'), body: t('monitor.noneBody') }}
        columns={[
          { label: t('audit.at'), cell: ({ at }) => exact(at) },
          [
            t('monitor.user'),
            ({ object, userName }) => {
              const user = userInTrail(object);
              return user === undefined ? (
                visible(object)
              ) : (
                <Link to={`/users/${encodeURIComponent(user)}`}>{holderOf({ userId: user, userName })}</Link>
              );
            },
          ],
          {
            label: t('audit.result'),
            cell: ({ result }) => <Label color={COLOURS[result]}>{words.result(result)}</Label>,
          },
          [
            t('audit.action'),
            ({ action, reason }) => (
              <>
                {words.action(action)}
                {reason !== undefined && <div>{reason}</div>}
              </>
            ),
          ],
          [t('audit.actor'), ({ actor, actorName }) => actorWords(actor, actorName)],
          { label: t('audit.source'), modifier: 'nowrap', cell: ({ source }) => source ?? '–' },
        ]}
      />
    </Screen>
  );
}
