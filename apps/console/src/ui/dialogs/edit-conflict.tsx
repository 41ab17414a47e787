/** The two versions of a form whose object someone else has edited meanwhile. */
import type { Conflict } from '../forms/use-editing.ts';
import { ConflictDialog } from './conflict-dialog.tsx';

export function EditConflict<Draft, Name extends keyof Draft & string>({
  conflict,
  name,
  fields,
  label,
  words,
}: {
  /** Undefined: no one has. */
  conflict: Conflict<Draft> | undefined;
  /** What was edited. */
  name: string;
  fields: readonly Name[];
  label: (field: Name) => string;
  words: (draft: Draft, field: Name) => string;
}) {
  if (conflict === undefined) return null;
  const { before, mine, theirs, onChosen, onClose } = conflict;
  return (
    <ConflictDialog
      name={name}
      fields={fields.map((field) => ({
        field,
        label: label(field),
        before: words(before, field),
        mine: words(mine, field),
        theirs: words(theirs, field),
      }))}
      onChosen={(chosen) => onChosen(fields.filter((field) => chosen.includes(field)))}
      onClose={onClose}
    />
  );
}
