/** A window over the page. */

import { ModalBody, ModalFooter, type ModalProps } from '@patternfly/react-core';
import { type ReactNode, useEffect, useId } from 'react';
import { useSharedTexts } from '../../texts/use-shared-texts.ts';
import { Button, Modal, ModalHeader } from '../patternfly.tsx';

export function Dialog({
  title,
  danger = false,
  size = 'small',
  atTop = false,
  buttons,
  leave,
  onClose,
  children,
}: {
  title: string;
  danger?: boolean;
  size?: NonNullable<ModalProps['variant']>;
  /** It stays at the top of the screen, whatever is in it. */
  atTop?: boolean;
  buttons?: ReactNode;
  /** The word on the last button, which leaves it; without one it has none. */
  leave?: 'cancel' | 'close';
  /** Undefined: only its buttons close it. */
  onClose?: (() => void) | undefined;
  children: ReactNode;
}) {
  const t = useSharedTexts();
  const id = useId();
  return (
    <Modal
      isOpen
      variant={size}
      {...(atTop ? { position: 'top' as const } : {})}
      {...(onClose ? { onClose } : {})}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-body`}
    >
      <ModalHeader title={title} labelId={`${id}-title`} warning={danger} />
      <ModalBody id={`${id}-body`}>
        <div className="sower-stack">{children}</div>
        <FocusFirstField within={`${id}-body`} />
        <ScrollByKeyboard within={`${id}-body`} />
      </ModalBody>
      <ModalFooter>
        {buttons}
        {leave !== undefined && (
          <Button variant="link" onClick={onClose}>
            {t(`ui.${leave}`)}
          </Button>
        )}
      </ModalFooter>
    </Modal>
  );
}

const FIELD = ['input:not([type=hidden]):not([type=file])', 'select', 'textarea']
  .map((kind) => `${kind}:not([readonly]):not(:disabled)`)
  .join(', ');

/** When the window opens: otherwise the focus would be on the button that closes it. It stands after the fields, which are there by then. */
function FocusFirstField({ within }: { within: string }) {
  useEffect(() => {
    const body = document.getElementById(within);
    const first = body?.querySelector<HTMLElement>(FIELD);
    const chosen =
      first instanceof HTMLInputElement && first.type === 'radio'
        ? body?.querySelector<HTMLElement>('input[type=radio]:checked:not(:disabled)')
        : undefined;
    (chosen ?? first)?.focus();
  }, [within]);
  return null;
}

/** A text that is longer than the window is read by the keyboard too: what scrolls can be focused, as long as it scrolls. */
function ScrollByKeyboard({ within }: { within: string }) {
  useEffect(() => {
    const body = document.getElementById(within);
    if (!body) return;
    const fit = (): void => {
      if (body.scrollHeight > body.clientHeight) body.tabIndex = 0;
      else body.removeAttribute('tabindex');
    };
    // The body stops growing at the height of the screen; what is in it does not.
    const sizes = new ResizeObserver(fit);
    for (const each of [body, ...body.children]) sizes.observe(each);
    return () => sizes.disconnect();
  }, [within]);
  return null;
}
