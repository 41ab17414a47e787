/** What happens to an entry whose user ID someone else has, or to all of one kind; for many, the name of the source has to be typed. */
import { List, ListItem } from '@patternfly/react-core';
import type { IdentitySource, SourceRun } from '@sower/api/identity-sources';
import type { Chosen, ConflictChoice, ConflictKind } from '@sower/api/source-conflicts';
import { visible } from '@sower/bytes/printable';
import { useState } from 'react';
import { useConsole } from '../../session/use-console.ts';
import { helped, useTexts } from '../../texts/use-texts.ts';
import { FormDialog } from '../../ui/dialogs/small-dialogs.tsx';
import { TextField } from '../../ui/field.tsx';
import { useFields } from '../../ui/forms/form.tsx';
import { Alert } from '../../ui/patternfly.tsx';

export type Asked = {
  readonly choice: ConflictChoice | 'none';
  readonly which:
    | { readonly number: number; readonly userId: string }
    | { readonly kind: ConflictKind; readonly count: number };
};

export function ChooseDialog({
  source,
  run,
  asked: { choice, which },
  onClose,
}: {
  source: IdentitySource;
  run: SourceRun;
  asked: Asked;
  onClose: () => void;
}) {
  const { t, api, done } = useConsole();
  const { values, field } = useFields(() => ({ suffix: domainOf(source.search.base), typed: '' }));
  const { suffix, typed } = values;
  const [chosen, setChosen] = useState<Chosen>();
  const many = 'kind' in which;
  const count = many ? which.count : 1;
  const ready =
    chosen === undefined &&
    (!many || typed.trim() === source.name) &&
    (choice !== 'qualify' || suffix.trim() !== '');
  async function choose(): Promise<'keep' | undefined> {
    const answer = await api('chooseForConflicts', {
      params: { id: source.id, run: run.id },
      body: {
        choice,
        ...(many ? which : { numbers: [which.number] }),
        ...(choice === 'qualify' ? { suffix: suffix.trim() } : {}),
      },
    });
    await done(t('sourceRuns.choice.said', { count: answer.chosen }), ['identity-sources']);
    if (answer.refused === 0) return undefined;
    setChosen(answer);
    return 'keep';
  }
  return (
    <FormDialog
      title={t(`sourceRuns.choice.titles.${choice}`, { count })}
      action={t(`sourceRuns.choice.actions.${choice}`)}
      ready={ready}
      leave={chosen ? 'close' : 'cancel'}
      onSubmit={choose}
      onClose={onClose}
    >
      {!many && <p className="sower-mono sower-wrap">{visible(which.userId)}</p>}
      <p>{t(`sourceRuns.choice.bodies.${choice}`)}</p>
      {choice === 'qualify' && (
        <TextField
          id="choice-suffix"
          {...helped(t, 'sourceRuns.choice.suffix')}
          required
          {...field('suffix')}
        />
      )}
      {many && (
        <TextField
          id="choice-name"
          label={t('sourceRuns.choice.typeName', { name: source.name })}
          required
          {...field('typed', 'count')}
        />
      )}
      {chosen && <Refusals chosen={chosen} />}
    </FormDialog>
  );
}

function Refusals({ chosen }: { chosen: Chosen }) {
  const t = useTexts();
  return (
    <Alert variant="warning" title={t('sourceRuns.choice.refused', { count: chosen.refused })}>
      <List>
        {chosen.refusals.map(({ number, userId, detail }) => (
          <ListItem key={number}>{t('sourceRuns.choice.refusal', { userId, detail })}</ListItem>
        ))}
      </List>
    </Alert>
  );
}

/** `@example.com` of `ou=people,dc=example,dc=com`. */
function domainOf(base: string): string {
  const parts = [...base.matchAll(/(?:^|,)\s*dc=([^,+]+)/gi)].map(([, part = '']) => part.trim());
  return parts.length === 0 ? '' : `@${parts.join('.')}`;
}
