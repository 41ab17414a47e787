/**
 * What a list is searched by. On a narrow screen it is folded away behind a button, which says how much of it is in use: otherwise the first row of
 * the list would be below the edge of the screen.
 */
import FilterIcon from '@patternfly/react-icons/dist/esm/icons/filter-icon';
import { type ReactNode, type Ref, useId } from 'react';
import { useTexts } from '../../texts/use-texts.ts';
import { Button } from '../patternfly.tsx';
import { useTimes } from '../times.ts';

export function Folded({
  used,
  open,
  onOpen,
  toggle,
  children,
}: {
  /** How many of the fields narrow the list down. */
  used: number;
  /** On a wide screen it always is. */
  open: boolean;
  onOpen: (open: boolean) => void;
  /** The button. */
  toggle?: Ref<HTMLButtonElement>;
  children: ReactNode;
}) {
  const t = useTexts();
  const { count } = useTimes();
  const id = useId();
  return (
    <>
      <Button
        variant="secondary"
        icon={<FilterIcon />}
        className="sower-fold"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => onOpen(!open)}
        {...(toggle === undefined ? {} : { ref: toggle })}
      >
        {used === 0 ? t('ui.fold') : t('ui.foldUsed', { used: count(used) })}
      </Button>
      <div id={id} className="sower-folded" data-open={open}>
        {children}
      </div>
    </>
  );
}
