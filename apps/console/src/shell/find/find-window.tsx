/**
 * What was found while typing, by kind. The arrow keys choose, and Enter opens what is chosen, or the only one: never one of several.
 */
import { TextInput } from '@patternfly/react-core';
import { useDeferredValue, useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { useTexts } from '../../texts/use-texts.ts';
import { Dialog } from '../../ui/dialogs/dialog.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { type FoundItem, useFound } from './use-found.ts';

/** As the server takes them. */
const MOST_LETTERS = 128;

const keyOf = ({ to, label }: FoundItem): string => `${to} ${label}`;

export default function FindWindow({ onClose }: { onClose: () => void }) {
  const t = useTexts();
  const id = useId();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  /** By what it is: its place changes while answers arrive. */
  const [chosenKey, setChosenKey] = useState<string>();
  const wanted = useDeferredValue(typed.trim());
  const { groups, isPending, error } = useFound(wanted);
  const found = groups.flatMap(({ items, more, all }) =>
    more && all !== undefined ? [...items, { to: all, label: t('find.all'), says: '' }] : items,
  );
  const place = found.findIndex((item) => keyOf(item) === chosenKey);
  const chosen = place === -1 ? undefined : place;
  const choose = (next: number): void => setChosenKey(found[next] && keyOf(found[next]));
  const open = (to: string): void => {
    onClose();
    void navigate(to);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (found.length === 0) return;
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const next =
        chosen === undefined
          ? step > 0
            ? 0
            : found.length - 1
          : (chosen + step + found.length) % found.length;
      choose(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (chosen !== undefined) open((found[chosen] as FoundItem).to);
      else if (found.length > 1) choose(0);
      // The only one so far may be one of several, and belong to what was typed before.
      else if (found[0] && !isPending && typed.trim() === wanted) open(found[0].to);
    }
  };
  return (
    <Dialog title={t('find.title')} size="medium" atTop leave="close" onClose={onClose}>
      <TextInput
        type="search"
        role="combobox"
        aria-label={t('find.title')}
        aria-expanded={found.length > 0}
        aria-autocomplete="list"
        {...(found.length === 0 ? {} : { 'aria-controls': `${id}-found` })}
        {...(chosen === undefined ? {} : { 'aria-activedescendant': `${id}-${chosen}` })}
        placeholder={t('find.help')}
        autoComplete="off"
        maxLength={MOST_LETTERS}
        value={typed}
        onChange={(_, value) => {
          setTyped(value);
          setChosenKey(undefined);
        }}
        onKeyDown={onKeyDown}
      />
      <ProblemAlert error={error} />
      <div className="sower-found-frame">
        {found.length > 0 && (
          <div role="listbox" id={`${id}-found`} aria-label={t('find.found')} className="sower-found">
            {groups.map(({ kind, items, more, all }) => (
              // biome-ignore lint/a11y/useSemanticElements: a list box has groups, not field sets
              <div key={kind} role="group" aria-labelledby={`${id}-${kind}`}>
                <div id={`${id}-${kind}`} className="sower-found-kind" role="presentation">
                  {t(`find.kinds.${kind}`)}
                </div>
                {(more && all !== undefined
                  ? [...items, { to: all, label: t('find.all'), says: '' }]
                  : items
                ).map((item) => {
                  const { to, label, says } = item;
                  const own = found.findIndex((each) => keyOf(each) === keyOf(item));
                  return (
                    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the combobox
                    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the combobox
                    <div
                      key={keyOf(item)}
                      role="option"
                      id={`${id}-${own}`}
                      aria-selected={own === chosen}
                      className="sower-found-item"
                      onMouseMove={() => choose(own)}
                      onClick={() => open(to)}
                    >
                      <span>{label}</span>
                      {says !== '' && <span className="sower-found-says">{says}</span>}
                    </div>
                  );
                })}
                {more && all === undefined && (
                  <div className="sower-found-says" role="presentation">
                    {t('find.more')}
                  </div>
                )}
              </div>
            ))}
          </div>
        )}
      </div>
      <p role="status" className="sower-line">
        {wanted === '' || isPending
          ? ''
          : found.length === 0
            ? t('find.nothing')
            : t('find.count', { count: found.length })}
      </p>
    </Dialog>
  );
}
