/** A form that is a page: the names of its groups if it is long, and its end, where it is saved or left. */
import { ActionGroup, type ButtonProps, FormFieldGroup, FormFieldGroupHeader } from '@patternfly/react-core';
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import { useTexts } from '../../texts/use-texts.ts';
import { ConfirmDialog } from '../dialogs/small-dialogs.tsx';
import { useLeaveGuard } from '../dialogs/use-leave-guard.ts';
import { Button } from '../patternfly.tsx';

type Buttons = {
  pending: boolean;
  ready?: boolean;
  /** Whether there is anything to save. */
  changeable?: boolean;
  variant?: NonNullable<ButtonProps['variant']>;
  /** The words on its buttons: usually Save, and Cancel or Back. */
  action?: string;
  leave?: string;
  /** What leaves it, if that is not to go back. Without either, it has no button for that. */
  onLeave?: () => unknown;
  /** Buttons between the two. */
  children?: ReactNode;
};

type Guard = {
  /** Of a page that stays after saving: whether what was sent last was refused. */
  refused?: boolean;
  /** Whether it is not what it began with, of a form in which buttons change something. */
  changed?: boolean;
};

export function FormEnd({
  unguarded = false,
  refused = true,
  changed = false,
  back,
  ...others
}: Buttons &
  Guard & {
    /** Where it is left to; -1: where one came from. */
    back?: string | -1;
    /** The form is left without a question, whatever is in it; its end moves with the page. */
    unguarded?: boolean;
  }) {
  const navigate = useNavigate();
  const buttons = {
    ...(back !== undefined && { onLeave: () => (back === -1 ? navigate(-1) : navigate(back)) }),
    ...others,
  };
  return unguarded ? <Ends {...buttons} /> : <Guarded {...{ refused, changed }} {...buttons} />;
}

function Ends({
  pending,
  ready = true,
  changeable = true,
  variant = 'primary',
  action,
  leave,
  onLeave,
  children,
}: Buttons) {
  const t = useTexts();
  return (
    <ActionGroup>
      {changeable && (
        <Button type="submit" variant={variant} pending={pending} isDisabled={!ready}>
          {action ?? t('ui.save')}
        </Button>
      )}
      {children}
      {onLeave && (
        <Button variant="link" onClick={onLeave}>
          {leave ?? t(changeable ? 'ui.cancel' : 'ui.back')}
        </Button>
      )}
    </ActionGroup>
  );
}

function Guarded({ refused, changed, onLeave, ...buttons }: Buttons & Required<Guard>) {
  const t = useTexts();
  const here = useRef<HTMLDivElement>(null);
  const unsaved = useUnsaved(here, buttons.pending, refused, changed);
  const given = onLeave && {
    onLeave: () => {
      unsaved.giveUp();
      onLeave();
    },
  };
  return (
    <div ref={here} className="sower-form-end">
      <Ends {...buttons} {...given} />
      {unsaved.asking && (
        <ConfirmDialog
          title={t('ui.unsaved')}
          action={t('ui.leave')}
          body={t('ui.unsavedSays')}
          onClose={unsaved.stay}
          onConfirm={async () => unsaved.leave()}
        />
      )}
    </div>
  );
}

/**
 * A form that is a page is not left by mistake while something in it is unsaved, whether by a link, the browser's back button or its cross.
 * @param within something in the form
 * @param pending what is sent is saved, until an answer says otherwise
 * @param refused whether it did; a page that stays after saving has to say so
 * @param changed by a button, which is no input; undefined if nothing in the form can be
 */
function useUnsaved(
  within: RefObject<HTMLElement | null>,
  pending: boolean,
  refused: boolean,
  changed = false,
) {
  const unsaved = useRef(false);
  const sent = useRef(false);
  const givenUp = useRef(false);
  if (pending) {
    sent.current = unsaved.current || sent.current;
    unsaved.current = false;
  } else if (sent.current) {
    sent.current = false;
    unsaved.current = refused;
  }
  const byButton = useRef(false);
  useEffect(() => {
    byButton.current = changed && !pending;
    givenUp.current = false;
  });
  const isUnsaved = (): boolean => unsaved.current || (byButton.current && !givenUp.current);
  useEffect(() => {
    const form = within.current?.closest('form');
    const onInput = (): void => {
      unsaved.current = true;
    };
    form?.addEventListener('input', onInput);
    return () => form?.removeEventListener('input', onInput);
  }, [within]);
  // What is edited may be in the address: another domain, another template.
  const guard = useLeaveGuard(
    isUnsaved,
    (here, next) => `${here.pathname}${here.search}` === `${next.pathname}${next.search}`,
  );
  return {
    /** Leaves without asking: anyone who cancels means it. */
    giveUp: (): void => {
      unsaved.current = false;
      givenUp.current = true;
    },
    ...guard,
  };
}

/** The heading to the top, the focus to the first field below it. */
function lead(id: string): void {
  const heading = document.getElementById(id);
  heading?.scrollIntoView({ block: 'start' });
  heading
    ?.closest('.pf-v6-c-form__field-group')
    ?.querySelector<HTMLElement>('input, select, textarea, button')
    ?.focus({ preventScroll: true });
}

/** Fields of a long form that belong together, below what they are about. @param id of that, which leads to them */
export function FieldGroup({
  id,
  title,
  description,
  children,
}: {
  id: string;
  title: string;
  description?: string;
  children: ReactNode;
}) {
  const titleText = { text: title, id };
  return (
    <FormFieldGroup header={<FormFieldGroupHeader titleText={titleText} titleDescription={description} />}>
      {children}
    </FormFieldGroup>
  );
}

/** A long form and the names of its groups, each of which leads to it: beside the form if there is room, else above it. */
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
