/** A long form and the names of its groups, each of which leads to it: beside the form if there is room, else above it. */
import type { ReactNode } from 'react';
import { useTexts } from '../../texts/use-texts.ts';
import { Button } from '../patternfly.tsx';

/** The heading to the top, the focus to the first field below it. */
function lead(id: string): void {
  const heading = document.getElementById(id);
  heading?.scrollIntoView({ block: 'start' });
  heading
    ?.closest('.pf-v6-c-form__field-group')
    ?.querySelector<HTMLElement>('input, select, textarea, button')
    ?.focus({ preventScroll: true });
}

export function FormGroups({
  groups,
  children,
}: {
  groups: readonly { readonly id: string; readonly title: string }[];
  children: ReactNode;
}) {
  const t = useTexts();
  return (
    <div className="sower-form-groups">
      <nav aria-label={t('ui.groups')}>
        <ul className="sower-plain">
          {groups.map(({ id, title }) => (
            <li key={id}>
              <Button variant="link" isInline onClick={() => lead(id)}>
                {title}
              </Button>
            </li>
          ))}
        </ul>
      </nav>
      {children}
    </div>
  );
}
