/** Administration > Audit Log. */
import { ExpandableSection, Label, Switch } from '@patternfly/react-core';
import { type AuditFacet, type auditQuerySchema, nameInTrail } from '@sower/api/audit';
import type { AuditForward } from '@sower/api/audit-forwarding';
import { visible } from '@sower/bytes/printable';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { z } from 'zod';
import { isRefresh, useAnswer } from '../api/use-answer.ts';
import { useActorWords, useAuditWords } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { ChoiceField, inWords, TextField } from '../ui/field.tsx';
import { Link } from '../ui/link.tsx';
import { keptSize, pageIn, parametersNow } from '../ui/lists/cursor-paging.tsx';
import { ItemTable, Listing } from '../ui/lists/listing.tsx';
import { type FieldOf, SearchForm, valuesIn } from '../ui/lists/search-form.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Screen } from '../ui/screen.tsx';
import { TitledCard } from '../ui/titled-card.tsx';
import { AuditFacets } from './audit-facets.tsx';
import { ExportAudit, VerifyChain } from './audit-proof.tsx';
import {
  AUDIT_PERIOD_NAMES,
  asAsked,
  asTyped,
  DAYS,
  daysIn,
  FIELDS,
  narrowedBy,
  type Search,
  timeOf,
} from './audit-search.ts';
import { RequestLink } from './request-link.tsx';

/** Beside the table they are chosen by a click. */
const SELDOM = [...FIELDS, ...DAYS].filter((name) => name !== 'user' && name !== 'request');
const RESULTS = ['success', 'refused', 'failure'] as const;
/** What is in the address is checked by the server. */
type AuditSearch = Pick<z.input<typeof auditQuerySchema>, (typeof FIELDS)[number]>;
const COLOURS = { success: 'green', refused: 'orange', failure: 'red' } as const;

export function Component() {
  const { t, api, exact } = useConsole();
  const actorWords = useActorWords();
  const words = useAuditWords();
  const [parameters, setParameters] = useSearchParams();
  const [live, setLive] = useState(false);
  const filter = valuesIn(parameters, FIELDS);
  const days = daysIn(parameters);
  const page = pageIn(parameters);
  const asked = asAsked(filter, words.action) as AuditSearch;
  const query = { ...asked, ...page };
  const period = AUDIT_PERIOD_NAMES.find((name) => name === parameters.get('period'));
  const audit = useQuery({
    queryKey: ['audit', query, period, days],
    queryFn: (context) =>
      api('listAudit', { query: { ...query, ...timeOf(period, days) }, quiet: isRefresh(context) }),
    placeholderData: keepPreviousData,
    refetchInterval: live ? 3000 : false,
  });
  const since = audit.data?.searchedSince;
  const counted = useQuery({
    queryKey: ['audit', 'facets', asked, period, days],
    queryFn: async (context) => {
      const search = {
        ...asked,
        ...timeOf(period, days),
        limit: 1,
        facets: 'true' as const,
      };
      return (await api('listAudit', { query: search, quiet: isRefresh(context) })).facets ?? null;
    },
    placeholderData: keepPreviousData,
    refetchInterval: live ? 15_000 : false,
  });
  const change = (name: AuditFacet | 'period', value: string | undefined): void => {
    const changed = parametersNow();
    changed.delete('cursor');
    if (name === 'period') for (const day of DAYS) changed.delete(day);
    if (value === undefined) changed.delete(name);
    else changed.set(name, value);
    setParameters(changed);
  };
  // A link may lead here with it: then the field has to be visible, because it narrows down the list.
  const requestField = (field: FieldOf<keyof Search>) => (
    <TextField {...helped(t, 'audit.request')} mono {...field('request')} />
  );
  // An alert about forwarding leads there.
  const [proof, setProof] = useState(parameters.has('proof'));
  return (
    <Screen title={t('audit.title')} intro={t('audit.intro')} stacked>
      <SearchForm
        label={t('audit.filter')}
        names={[...FIELDS, ...DAYS]}
        seldom={SELDOM}
        values={{ ...asTyped(filter, words.action), ...days }}
        further={period === undefined ? 0 : 1}
        error={audit.error}
        onSearch={(next, cleared) =>
          setParameters({
            ...narrowedBy(next, filter, words.action),
            ...(period === undefined || cleared || next.from || next.to ? {} : { period }),
            ...keptSize(parameters),
          })
        }
        more={(field) => (
          <>
            <TextField {...helped(t, 'audit.action')} {...field('action')} />
            <TextField {...helped(t, 'audit.actor')} {...field('actor')} />
            <TextField {...helped(t, 'audit.object')} {...field('object')} />
            <ChoiceField
              label={t('audit.result')}
              {...field('result')}
              none={t('ui.any')}
              choices={inWords(RESULTS, words.result)}
            />
            <TextField {...helped(t, 'audit.source')} mono {...field('source')} />
            <TextField
              label={t('audit.firstDay')}
              help={t('audit.daysHelp')}
              type="date"
              {...field('from')}
            />
            <TextField label={t('audit.lastDay')} type="date" {...field('to')} />
            {filter.request === undefined && requestField(field)}
          </>
        )}
      >
        {(field) => (
          <>
            <ChoiceField
              label={t('audit.period')}
              value={period ?? ''}
              onChange={(next) => change('period', next === '' ? undefined : next)}
              none={t('ui.any')}
              choices={inWords(AUDIT_PERIOD_NAMES, (name) => t(`audit.periods.${name}`))}
            />
            <TextField {...helped(t, 'audit.user')} {...field('user')} />
            {filter.request !== undefined && requestField(field)}
          </>
        )}
      </SearchForm>
      <div className="sower-toolbar">
        <Switch
          id="audit-live"
          label={t('audit.live')}
          isChecked={live}
          isDisabled={query.cursor !== undefined}
          onChange={(_, on) => setLive(on)}
        />
        <ExportAudit filter={() => ({ ...asAsked(filter, words.action), ...timeOf(period, days) })} />
      </div>
      <div className="sower-beside">
        <AuditFacets counted={counted.data ?? undefined} chosen={filter} onChoose={change} />
        <div className="sower-stack">
          {since !== undefined && <p role="status">{t('audit.searchedSince', { since: exact(since) })}</p>}
          <Listing
            query={audit}
            none={{
              title: t('audit.none'),
              body: t(since === undefined ? 'audit.noneBody' : 'audit.noneYet'),
            }}
            paged
            label={t('audit.title')}
            columns={[
              { label: t('audit.at'), modifier: 'nowrap', cell: (entry) => exact(entry.at) },
              {
                label: t('audit.action'),
                modifier: 'truncate',
                width: 20,
                cell: (entry) => <span title={words.action(entry.action)}>{words.action(entry.action)}</span>,
              },
              {
                label: t('audit.object'),
                modifier: 'truncate',
                width: 20,
                cell: (entry) => (
                  <span
                    title={entry.userName === undefined ? entry.object : `${entry.userName} ${entry.object}`}
                  >
                    <AuditObject object={entry.object} userName={entry.userName} />
                  </span>
                ),
              },
              {
                label: t('audit.actor'),
                modifier: 'truncate',
                width: 20,
                cell: ({ actor, actorName }) => (
                  <span title={actorWords(actor, actorName)}>{actorWords(actor, actorName)}</span>
                ),
              },
              {
                label: t('audit.result'),
                cell: (entry) => <Label color={COLOURS[entry.result]}>{words.result(entry.result)}</Label>,
              },
              {
                label: t('audit.source'),
                modifier: 'nowrap',
                cell: ({ source }) => source ?? '–',
              },
            ]}
            details={{
              label: (entry) =>
                t('audit.detailsOf', { action: words.action(entry.action), time: exact(entry.at) }),
              of: ({ reason, request, at }) =>
                reason === undefined && request === undefined ? undefined : (
                  <div className="sower-actions">
                    {reason !== undefined && <span>{reason}</span>}
                    {request !== undefined && <RequestLink request={request} since={at} />}
                  </div>
                ),
            }}
          />
        </div>
      </div>
      <ExpandableSection
        toggleText={t('audit.proof')}
        isExpanded={proof}
        onToggle={(_, open) => setProof(open)}
        toggleId="audit-proof-toggle"
        contentId="audit-proof"
      >
        {proof && (
          <div className="sower-stack">
            <AuditForwarding />
            <VerifyChain />
          </div>
        )}
      </ExpandableSection>
    </Screen>
  );
}

const PAGES: Readonly<Record<string, (name: string) => string>> = {
  user: (userId) => `/users/${encodeURIComponent(userId)}`,
  token: (serial) => `/tokens/${encodeURIComponent(serial)}`,
  administrator: (name) => `/administrators/${encodeURIComponent(name)}`,
};

/** What a row is about, as a link to its page if it has one: a user by name first, as everywhere. It may be gone by now; the page says so. */
function AuditObject({ object, userName }: { object: string; userName?: string | undefined }) {
  const [kind = ''] = object.split(':', 1);
  const name = nameInTrail(object);
  const to = PAGES[kind]?.(name);
  const shown = to === undefined || name === '' ? visible(object) : <Link to={to}>{visible(object)}</Link>;
  return userName === undefined ? (
    shown
  ) : (
    <>
      {visible(userName)} {shown}
    </>
  );
}

/** Where the audit trail is forwarded to, and how far behind each destination is; nothing if it is forwarded nowhere. */
function AuditForwarding() {
  const forwarding = useAnswer('listAuditForwarding', {});
  return (
    <Loaded query={forwarding} lines={2}>
      {({ items }) => items.length > 0 && <Destinations items={items} />}
    </Loaded>
  );
}

function Destinations({ items }: { items: readonly AuditForward[] }) {
  const { t, time, count } = useConsole();
  return (
    <TitledCard title={t('audit.forwarding.title')}>
      <ItemTable
        label={t('audit.forwarding.title')}
        breakAt="grid-md"
        items={items}
        keyOf={({ target }) => target}
        columns={[
          [t('audit.forwarding.target'), ({ target }) => target],
          { label: t('audit.forwarding.lag'), cell: ({ lag }) => count(lag) },
          {
            label: t('audit.forwarding.sentAt'),
            cell: ({ sentAt }) => (sentAt === undefined ? '–' : time(sentAt)),
          },
          [t('audit.forwarding.failure'), ({ failure }) => failure ?? '–'],
          {
            label: t('audit.forwarding.setAside'),
            cell: ({ setAside = 0 }) =>
              setAside === 0 ? '–' : <Link to="/audit?action=audit.set-aside">{count(setAside)}</Link>,
          },
        ]}
      />
    </TitledCard>
  );
}
