/**
 * A form for something that someone else may have edited since it was read: it is saved against the version it began with. If that is no
 * longer the current version, both are shown (conflict-dialog.tsx), and the chosen values are saved against the newer one.
 */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { isProblem } from '../../api/problem-words.ts';
import { useSaving } from '../use-work.ts';
import { useFields } from './form.tsx';

export function useEditing<Stored, Draft extends object, Saved>({
  stored,
  draftOf,
  send,
  load,
  onSaved,
}: {
  /** Undefined: a new one. */
  stored: Stored;
  draftOf: (stored: Stored) => Draft;
  send: (draft: Draft, against: Stored) => Promise<Saved>;
  /** As it is now. */
  load: (stored: Stored) => Promise<Stored | undefined>;
  onSaved: (saved: Saved, draft: Draft) => unknown;
}) {
  const [base, setBase] = useState(stored);
  const [theirs, setTheirs] = useState<Stored>();
  const { values, set, field, flag } = useFields(() => draftOf(stored));
  /** What someone else has saved in the meantime. If it cannot be read, or was deleted, the form shows that error. */
  const loading = useMutation({
    mutationFn: async (refusal: Error) => {
      const present = await load(base);
      if (present === undefined) throw refusal;
      return present;
    },
    onSuccess: setTheirs,
  });
  const saving = useSaving({
    mutationFn: ({ draft, against }: { draft: Draft; against: Stored }) => send(draft, against),
    onSuccess: (saved, { draft }) => onSaved(saved, draft),
    onError: (error) => {
      if (isProblem(error, 'edited-meanwhile')) loading.mutate(error);
    },
  });
  const error = isProblem(saving.error, 'edited-meanwhile') ? loading.error : saving.error;
  /** Continues with another object, or another version of it. */
  const begin = (with_: Stored, draft: Draft = draftOf(with_)): void => {
    setBase(with_);
    set(draft);
  };
  return {
    base,
    values,
    set,
    field,
    flag,
    error,
    pending: saving.isPending || loading.isPending,
    /** Whether there is anything to save. */
    changed: JSON.stringify(values) !== JSON.stringify(draftOf(base)),
    save: (): void => saving.mutate({ draft: values, against: base }),
    begin,
    conflict: theirs && {
      before: draftOf(base),
      mine: values,
      theirs: draftOf(theirs),
      /** Saves their version with these fields of ours. */
      onChosen: (mine: readonly (keyof Draft)[]): void => {
        const merged = { ...draftOf(theirs) };
        for (const name of mine) merged[name] = values[name];
        begin(theirs, merged);
        setTheirs(undefined);
        saving.mutate({ draft: merged, against: theirs });
      },
      onClose: (): void => setTheirs(undefined),
    },
  };
}

export type Conflict<Draft extends object> = NonNullable<
  ReturnType<typeof useEditing<unknown, Draft, unknown>>['conflict']
>;
