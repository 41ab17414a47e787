/** Which items of a list are chosen: some of the page that is shown, or the whole search, whatever page its items are on. */
import { useState } from 'react';
import { useTexts } from '../../texts/use-texts.ts';
import { Button } from '../patternfly.tsx';

export function useChosen<T>({
  of,
  shown,
  keyOf,
  label,
  words,
}: {
  /** The search: nothing that was chosen of one is chosen of another, whichever way that came. */
  of: object;
  /** The items of this page. */
  shown: readonly T[];
  keyOf: (item: T) => string;
  label: (item: T) => string;
  words: {
    readonly page: (count: number) => string;
    readonly whole: string;
    readonly chooseWhole: string;
  };
}) {
  const t = useTexts();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [whole, setWhole] = useState(false);
  const search = JSON.stringify(of);
  const [chosenOf, setChosenOf] = useState(search);
  if (search !== chosenOf) {
    setChosenOf(search);
    setSelected(new Set());
    setWhole(false);
  }
  const select = (keys: Iterable<string>): void => {
    setSelected(new Set(keys));
    setWhole(false);
  };
  const chosen = shown.filter((item) => selected.has(keyOf(item)));
  return {
    whole,
    chosen,
    select,
    /** For the table. */
    choosing: { keys: whole ? new Set(shown.map(keyOf)) : selected, onChoose: select, label },
    /** What is chosen, in words, with a way to the whole search and back. */
    said: (
      <>
        <span role="status">{whole ? words.whole : chosen.length > 0 && words.page(chosen.length)}</span>
        <Button variant="link" isInline onClick={() => (whole ? select([]) : setWhole(true))}>
          {whole ? t('tokens.bulk.clear') : words.chooseWhole}
        </Button>
      </>
    ),
  };
}
