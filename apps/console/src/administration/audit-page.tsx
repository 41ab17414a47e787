/** Administration > Audit Log. */

import { ExpandableSection, Form, Label, Switch } from '@patternfly/react-core';
import { AUDIT_FACETS, type AuditFacet, type auditQuerySchema } from '@sower/api/audit';
import { AUDIT_ACTIONS } from '@sower/api/audit-actions';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { z } from 'zod';
import { fieldProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { useDraft } from '../ui/forms/use-draft.ts';
import { keptSize, pageSize } from '../ui/lists/cursor-paging.tsx';
import { ItemTable } from '../ui/lists/item-table.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { Button } from '../ui/patternfly.tsx';
import { isRefresh } from '../ui/refresh.ts';
import { Screen } from '../ui/screen.tsx';
import { useTimes } from '../ui/times.ts';
import { AuditFacets } from './audit-facets.tsx';
import { AuditForwarding } from './audit-forwarding.tsx';
import { ExportAudit, VerifyChain } from './audit-proof.tsx';
import { useAuditWords } from './audit-words.ts';

const FIELDS = ['action', 'user', 'actor', 'object', 'result', 'source'] as const;
/** In the address by name, so that a saved address always means the time before one looks. */
const PERIODS = { hour: 3_600_000, day: 86_400_000, week: 604_800_000, month: 2_592_000_000 } as const;
type Period = keyof typeof PERIODS;
const PERIOD_NAMES = Object.keys(PERIODS) as Period[];
const sinceOf = (period: Period | undefined): { since?: string } =>
  period === undefined ? {} : { since: new Date(Date.now() - PERIODS[period]).toISOString() };
type Draft = Record<(typeof FIELDS)[number], string>;
/** What is in the address is checked by the server. */
type AuditSearch = Pick<z.input<typeof auditQuerySchema>, (typeof FIELDS)[number]>;
const COLOURS = { success: 'green', refused: 'orange', failure: 'red' } as const;

export function Component() {
  const t = useTexts();
  const api = useApi();
  const words = useAuditWords();
  const { exact } = useTimes();
  const [parameters, setParameters] = useSearchParams();
  const [live, setLive] = useState(false);
  const held = Object.fromEntries(FIELDS.map((field) => [field, parameters.get(field) ?? ''])) as Draft;
  const filter = Object.fromEntries(
    FIELDS.filter((field) => held[field] !== '').map((field) => [field, held[field]]),
  );
  const limit = pageSize(parameters);
  const cursor = parameters.get('cursor') ?? undefined;
  const query = { ...(filter as AuditSearch), limit, ...(cursor === undefined ? {} : { cursor }) };
  const period = PERIOD_NAMES.find((name) => name === parameters.get('period'));
  const audit = useQuery({
    queryKey: ['audit', query, period],
    queryFn: (context) =>
      api('listAudit', { query: { ...query, ...sinceOf(period) }, quiet: isRefresh(context) }),
    placeholderData: keepPreviousData,
    refetchInterval: live ? 3000 : false,
  });
  const counted = useQuery({
    queryKey: ['audit', 'facets', filter, period],
    queryFn: async (context) => {
      const search = { ...(filter as AuditSearch), ...sinceOf(period), limit: 1, facets: 'true' as const };
      return (await api('listAudit', { query: search, quiet: isRefresh(context) })).facets ?? null;
    },
    placeholderData: keepPreviousData,
    refetchInterval: live ? 15_000 : false,
  });
  const choose = (facet: AuditFacet, value: string | undefined): void => {
    const changed = new URLSearchParams(parameters);
    changed.delete('cursor');
    if (value === undefined) changed.delete(facet);
    else changed.set(facet, value);
    setParameters(changed);
  };
  const [proof, setProof] = useState(false);
  return (
    <Screen title={t('audit.title')} trail={[{ label: t('menu.administration') }]} intro={t('audit.intro')}>
      <div className="sower-stack">
        <AuditFilter
          held={held}
          period={period}
          onPeriod={(next) => {
            const changed = new URLSearchParams(parameters);
            changed.delete('cursor');
            if (next === '') changed.delete('period');
            else changed.set('period', next);
            setParameters(changed);
          }}
          error={audit.error}
          onClear={() => setParameters(keptSize(parameters))}
          onFilter={(next) =>
            setParameters({
              ...Object.fromEntries(Object.entries(next).filter(([, value]) => value !== '')),
              ...(period === undefined ? {} : { period }),
              ...keptSize(parameters),
            })
          }
        />
        <div className="sower-toolbar">
          <Switch
            id="audit-live"
            label={t('audit.live')}
            isChecked={live}
            isDisabled={cursor !== undefined}
            onChange={(_, on) => setLive(on)}
          />
          <ExportAudit filter={() => ({ ...filter, ...sinceOf(period) })} />
        </div>
        <div className="sower-beside">
          <AuditFacets
            counted={counted.data ?? undefined}
            chosen={Object.fromEntries(
              AUDIT_FACETS.filter((name) => held[name] !== '').map((name) => [name, held[name]]),
            )}
            onChoose={choose}
          />
          <div className="sower-stack">
            <Listing query={audit} title={t('audit.none')} body={t('audit.noneBody')} paged>
              {(items) => (
                <ItemTable
                  label={t('audit.title')}
                  items={items}
                  keyOf={(entry) => entry.id}
                  columns={[
                    { label: t('audit.at'), modifier: 'nowrap', cell: (entry) => exact(entry.at) },
                    {
                      label: t('audit.action'),
                      modifier: 'breakWord',
                      width: 25,
                      cell: (entry) => (
                        <>
                          {words.action(entry.action)}
                          {entry.reason !== undefined && <div>{entry.reason}</div>}
                        </>
                      ),
                    },
                    {
                      label: t('audit.object'),
                      modifier: 'breakWord',
                      width: 20,
                      cell: (entry) => entry.object,
                    },
                    {
                      label: t('audit.actor'),
                      modifier: 'breakWord',
                      width: 15,
                      cell: (entry) => entry.actor,
                    },
                    {
                      label: t('audit.result'),
                      cell: (entry) => (
                        <Label color={COLOURS[entry.result]}>{words.result(entry.result)}</Label>
                      ),
                    },
                    { label: t('audit.source'), modifier: 'nowrap', cell: (entry) => entry.source ?? '–' },
                  ]}
                />
              )}
            </Listing>
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
      </div>
    </Screen>
  );
}

function AuditFilter({
  held,
  period,
  error,
  onFilter,
  onPeriod,
  onClear,
}: {
  held: Draft;
  period: Period | undefined;
  error: unknown;
  onFilter: (draft: Draft) => void;
  onPeriod: (period: string) => void;
  onClear: () => void;
}) {
  const t = useTexts();
  const words = useAuditWords();
  const [draft, setDraft, sending] = useDraft(held);
  const send = (chosen: Draft): void => {
    sending(chosen);
    onFilter(chosen);
  };
  const set = (field: keyof Draft) => (value: string) =>
    setDraft((before) => ({ ...before, [field]: value }));
  return (
    <search aria-label={t('audit.filter')}>
      <Form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send(Object.fromEntries(FIELDS.map((name) => [name, draft[name].trim()])) as Draft);
        }}
      >
        <div className="sower-filters">
          <ChoiceField
            label={t('audit.period')}
            value={period ?? ''}
            onChange={onPeriod}
            choices={[
              { value: '', label: t('ui.any') },
              ...PERIOD_NAMES.map((name) => ({ value: name, label: t(`audit.periods.${name}`) })),
            ]}
          />
          <ChoiceField
            label={t('audit.action')}
            value={draft.action}
            onChange={set('action')}
            choices={[
              { value: '', label: t('ui.any') },
              ...AUDIT_ACTIONS.map((name) => ({ value: name, label: words.action(name) })),
            ]}
          />
          <TextField
            label={t('audit.user')}
            help={t('audit.userHelp')}
            value={draft.user}
            onChange={set('user')}
            error={fieldProblem(error, 'user')}
          />
          <TextField
            label={t('audit.actor')}
            help={t('audit.actorHelp')}
            value={draft.actor}
            onChange={set('actor')}
            error={fieldProblem(error, 'actor')}
          />
          <TextField
            label={t('audit.object')}
            help={t('audit.objectHelp')}
            value={draft.object}
            onChange={set('object')}
            error={fieldProblem(error, 'object')}
          />
        </div>
        <div className="sower-actions">
          <Button type="submit">{t('ui.search')}</Button>
          <Button
            variant="link"
            onClick={() => {
              const none = Object.fromEntries(FIELDS.map((name) => [name, ''])) as Draft;
              setDraft(none);
              sending(none);
              onClear();
            }}
          >
            {t('ui.clearSearch')}
          </Button>
        </div>
      </Form>
    </search>
  );
}
