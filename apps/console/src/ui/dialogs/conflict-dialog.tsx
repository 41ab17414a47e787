/** Two people edited the same thing: both versions side by side, and a choice for every field that both changed. */
import { FormGroup } from '@patternfly/react-core';
import { useState } from 'react';
import { useTexts } from '../../texts/use-texts.ts';
import { RadioField } from '../field.tsx';
import type { Conflict } from '../forms/use-editing.ts';
import { Button } from '../patternfly.tsx';
import { Dialog } from './dialog.tsx';

/** The two versions of a form whose object someone else has edited meanwhile. */
export function EditConflict<Draft extends object, Name extends keyof Draft & string>({
  conflict,
  ...shown
}: Omit<Versions<Draft, Name>, 'conflict'> & {
  /** Undefined: no one has. */
  conflict: Conflict<Draft> | undefined;
}) {
  return conflict && <ConflictDialog {...shown} conflict={conflict} />;
}

type Versions<Draft extends object, Name extends keyof Draft & string> = {
  conflict: Conflict<Draft>;
  /** What was edited. */
  name: string;
  fields: readonly Name[];
  label: (field: Name) => string;
  words: (draft: Draft, field: Name) => string;
};

function ConflictDialog<Draft extends object, Name extends keyof Draft & string>({
  conflict: { onChosen, onClose, ...versions },
  name,
  fields,
  label,
  words,
}: Versions<Draft, Name>) {
  const t = useTexts();
  /** In words: before either edit, as it is in the form, and as saved meanwhile. */
  const changed = fields
    .map((field) => ({
      ...{ field, label: label(field), before: words(versions.before, field) },
      ...{ mine: words(versions.mine, field), theirs: words(versions.theirs, field) },
    }))
    .filter(({ mine, theirs }) => mine !== theirs);
  // What only one of them changed is shown and kept: no one undoes what they never saw.
  const onlyMine = changed.filter(({ before, theirs }) => theirs === before);
  const onlyTheirs = changed.filter(({ before, mine }) => mine === before);
  const differing = changed.filter((field) => !onlyMine.includes(field) && !onlyTheirs.includes(field));
  const [mine, setMine] = useState<ReadonlySet<Name>>(new Set(differing.map(({ field }) => field)));
  const choose = (field: Name, chosen: boolean): void =>
    setMine((previous) => {
      const changed = new Set(previous);
      if (chosen) changed.add(field);
      else changed.delete(field);
      return changed;
    });
  return (
    <Dialog
      title={t('conflict.title', { name })}
      danger
      size="medium"
      leave="cancel"
      onClose={onClose}
      buttons={
        <Button onClick={() => onChosen([...onlyMine.map(({ field }) => field), ...mine])}>
          {t('conflict.save')}
        </Button>
      }
    >
      <p>
        {differing.length > 0
          ? t('conflict.body')
          : t(changed.length > 0 ? 'conflict.apart' : 'conflict.same')}
      </p>
      <div className="pf-v6-c-form">
        {differing.map(({ field, label, mine: own, theirs }) => (
          <RadioField
            key={field}
            name={`conflict-${field}`}
            label={label}
            value={mine.has(field) ? 'mine' : 'theirs'}
            onChange={(version) => choose(field, version === 'mine')}
            choices={[
              { value: 'mine', label: t('conflict.mine', { value: own }) },
              { value: 'theirs', label: t('conflict.theirs', { value: theirs }) },
            ]}
          />
        ))}
        {[...onlyMine, ...onlyTheirs].map((shown) => (
          <FormGroup key={shown.field} role="group" fieldId={`conflict-${shown.field}`} label={shown.label}>
            <output id={`conflict-${shown.field}`}>
              {onlyMine.includes(shown)
                ? t('conflict.mine', { value: shown.mine })
                : t('conflict.theirs', { value: shown.theirs })}
            </output>
          </FormGroup>
        ))}
      </div>
    </Dialog>
  );
}
