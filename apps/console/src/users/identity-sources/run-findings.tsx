/** What a run changes for each entry, field by field. */
import { Label } from '@patternfly/react-core';
import {
  entryActions,
  type IdentitySource,
  type SourceFinding,
  type SourceRun,
} from '@sower/api/identity-sources';
import { MAIL_LANGUAGES } from '@sower/api/mail-events';
import { visible } from '@sower/bytes/printable';
import { LANGUAGE_NAMES } from '@sower/texts/tables/languages';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../../api/use-answer.ts';
import { useConsole } from '../../session/use-console.ts';
import { useTexts } from '../../texts/use-texts.ts';
import { ActionMenu } from '../../ui/action-menu.tsx';
import { useWindow } from '../../ui/dialogs/small-dialogs.tsx';
import { inWords } from '../../ui/field.tsx';
import { Link } from '../../ui/link.tsx';
import { pageIn } from '../../ui/lists/cursor-paging.tsx';
import { Listing } from '../../ui/lists/listing.tsx';
import { NarrowingChoice } from '../../ui/lists/search-form.tsx';
import { Section } from '../../ui/titled-card.tsx';
import { type Asked, ChooseDialog } from './choose-dialog.tsx';
import { ATTRIBUTES } from './use-field-words.ts';

const COLORS = {
  added: 'green',
  linked: 'green',
  changed: 'blue',
  moved: 'grey',
  disabled: 'orange',
  returning: 'teal',
  gone: 'red',
  conflict: 'purple',
  skipped: 'grey',
  refused: 'yellow',
} as const satisfies Record<SourceFinding['action'], string>;

export function RunFindings({ source, run }: { source: IdentitySource; run: SourceRun }) {
  const { t, can } = useConsole();
  const [parameters] = useSearchParams();
  const page = pageIn(parameters);
  const action = entryActions.find((name) => name === parameters.get('action'));
  const { counts } = run;
  const [choose, choosing] = useWindow<Asked>((asked, onClose) => (
    <ChooseDialog source={source} run={run} asked={asked} onClose={onClose} />
  ));
  const menuOf = ({ number, userId, conflict, chosen }: SourceFinding) => {
    const choices = [...(conflict?.choices ?? []), ...(chosen === undefined ? [] : (['none'] as const))];
    if (choices.length === 0 || !can('users:edit')) return null;
    return (
      <ActionMenu
        label={t('ui.menuOf', { name: userId })}
        entries={choices.map((choice) => ({
          label: t(`sourceRuns.choice.actions.${choice}`),
          onSelect: () => choose({ choice, which: { number, userId } }),
        }))}
      />
    );
  };
  const total = entryActions.reduce((sum, name) => sum + counts[name], 0);
  const findings = useAnswer(
    'listSourceFindings',
    {
      params: { id: source.id, run: run.id },
      query: { ...page, action },
    },
    { also: [run.state, run.phase] },
  );
  return (
    <Section title={t('sourceRuns.findings')}>
      <NarrowingChoice
        id="run-action"
        label={t('sourceRuns.show')}
        name="action"
        any={t('sourceRuns.all', { count: total })}
        choices={inWords(entryActions, (name) =>
          t('sourceRuns.one', { action: t(`sourceRuns.actions.${name}`), count: counts[name] }),
        )}
      />
      <Listing
        query={findings}
        none={{ title: t('sourceRuns.findingsNone'), body: t('sourceRuns.findingsNoneBody') }}
        paged
        label={t('sourceRuns.findings')}
        keyOf={({ number }) => String(number)}
        columns={[
          {
            label: t('sourceRuns.action'),
            cell: (finding) => (
              <>
                <Label color={COLORS[finding.action]}>{t(`sourceRuns.actions.${finding.action}`)}</Label>
                {finding.result !== undefined && <div>{t(`sourceRuns.results.${finding.result}`)}</div>}
              </>
            ),
          },
          [t('sourceRuns.userId'), (finding) => <Who finding={finding} />, { width: 35 }],
          [t('sourceRuns.changes'), (finding) => <Changes finding={finding} />, { width: 30 }],
          [t('sourceRuns.why'), (finding) => <Why finding={finding} />],
        ]}
        actions={run.counts.conflict + run.counts.skipped + run.counts.linked > 0 ? menuOf : undefined}
      />
      {choosing}
    </Section>
  );
}

/** The reason, who has the user ID, and what was already chosen. */
function Why({ finding: { detail, conflict, chosen, action } }: { finding: SourceFinding }) {
  const t = useTexts();
  const { holder } = conflict ?? {};
  if (detail === undefined && chosen === undefined) return '–';
  const name = holder && (`${holder.firstName} ${holder.lastName}`.trim() || holder.userId);
  return (
    <>
      {detail !== undefined && <div>{detail}</div>}
      {holder && name !== undefined && (
        <div>
          {holder.source === undefined
            ? t('sourceRuns.choice.holder', { name })
            : t('sourceRuns.choice.holderOf', { name, source: holder.source })}
        </div>
      )}
      {chosen !== undefined && action !== 'linked' && (
        <div>
          <Label color="green">
            {t('sourceRuns.choice.pending', { choice: t(`sourceRuns.choice.actions.${chosen}`) })}
          </Label>
        </div>
      )}
    </>
  );
}

/** Anyone who is not added is a user already, or was never made one. */
function Who({
  finding: { action, result, userId, firstName, lastName, entry },
}: {
  finding: SourceFinding;
}) {
  const isUser = !['conflict', 'refused'].includes(action) && (action !== 'added' || result === 'done');
  const renamed = isUser && (result === 'done' || action !== 'changed');
  return (
    <>
      <div>
        {userId === '' ? (
          '–'
        ) : renamed ? (
          <Link to={`/users/${encodeURIComponent(userId)}`}>{visible(userId)}</Link>
        ) : (
          userId
        )}
      </div>
      <div>{`${firstName} ${lastName}`.trim()}</div>
      <div>{entry}</div>
    </>
  );
}

function Changes({ finding: { action, changes } }: { finding: SourceFinding }) {
  const t = useTexts();
  const { named, said } = useChangeWords();
  if (changes.length === 0) return '–';
  return changes.map(({ field, before, after }) => (
    <div key={field}>
      {action === 'added'
        ? t('sourceRuns.changeNew', { field: named(field), after: said(field, after) })
        : t('sourceRuns.change', {
            field: named(field),
            before: said(field, before),
            after: said(field, after),
          })}
    </div>
  ));
}

const FIELDS = [
  ...ATTRIBUTES,
  'logOnNames',
  'protectedNames',
  'entry',
  'state',
  'enabled',
  'securityDomain',
  'groups',
  'roles',
] as const;
const STATES = ['active', 'disabled', 'expired', 'locked', 'gone'] as const;

/** A field that is not known here is shown as the server names it. */
function useChangeWords() {
  const t = useTexts();
  return {
    named: (name: string): string => {
      const known = FIELDS.find((field) => field === name);
      return known === undefined ? name : t(`sourceRuns.fields.${known}`);
    },
    said: (field: string, value: string): string => {
      if (value === '') return t('sourceRuns.empty');
      if (field === 'enabled') return t(value === 'true' ? 'ui.yes' : 'ui.no');
      const language = field === 'language' ? MAIL_LANGUAGES.find((id) => id === value) : undefined;
      if (language) return LANGUAGE_NAMES[language];
      const state = field === 'state' ? STATES.find((name) => name === value) : undefined;
      return state === undefined ? value : t(`userSource.states.${state}`);
    },
  };
}
