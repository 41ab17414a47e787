/** PatternFly components with texts of their own, which are English: here they use the language of the page. */
// biome-ignore-all lint/style/noRestrictedImports: these are the ones that others take from here
import * as PatternFly from '@patternfly/react-core';
import CloseIcon from '@patternfly/react-icons/dist/esm/icons/close-icon';
import type { UseMutationResult } from '@tanstack/react-query';
import type { ComponentProps, ReactNode } from 'react';
import { useSharedTexts } from '../texts/use-shared-texts.ts';

/** Part of the text around it, and no heading, unless something else is said. */
export function Alert({ variant = 'custom', ...props }: PatternFly.AlertProps) {
  const t = useSharedTexts();
  const label = t(`parts.alerts.${variant}`);
  return <PatternFly.Alert component="p" isInline variant={variant} variantLabel={label} {...props} />;
}

export function Button({
  work,
  pending = work?.isPending,
  isDisabled = false,
  ...props
}: Omit<PatternFly.ButtonProps, 'isLoading'> & {
  /** What it does, which needs to know nothing more. */
  readonly work?: UseMutationResult<unknown, Error, void>;
  /** What it does is being done: it says so, and cannot be pressed again until that is over. */
  readonly pending?: boolean;
}) {
  const t = useSharedTexts();
  const loading = t('ui.loading');
  return (
    <PatternFly.Button
      spinnerAriaLabel={loading}
      spinnerAriaValueText={loading}
      isDisabled={isDisabled || pending === true}
      {...(pending === undefined ? {} : { isLoading: pending })}
      {...(work === undefined ? {} : { onClick: () => work.mutate() })}
      {...props}
    />
  );
}

export function Spinner(props: ComponentProps<typeof PatternFly.Spinner>) {
  const t = useSharedTexts();
  return <PatternFly.Spinner aria-label={t('ui.loading')} aria-valuetext={t('ui.loading')} {...props} />;
}

export function HelperTextItem({ variant = 'default', children, ...props }: PatternFly.HelperTextItemProps) {
  const t = useSharedTexts();
  return (
    <PatternFly.HelperTextItem
      variant={variant}
      screenReaderText={t(`parts.helperTexts.${variant}`)}
      {...props}
    >
      {typeof children === 'string' ? withOptionNames(children) : children}
    </PatternFly.HelperTextItem>
  );
}

export function ModalHeader(
  props: Omit<PatternFly.ModalHeaderProps, 'titleIconVariant'> & { warning?: boolean },
) {
  const t = useSharedTexts();
  const { warning = false, ...rest } = props;
  return (
    <PatternFly.ModalHeader
      {...rest}
      {...(warning && { titleIconVariant: 'warning', titleScreenReaderText: t('parts.alerts.warning') })}
    />
  );
}

/** With a close button of our own: the name of PatternFly's cannot be changed. */
export function Modal({
  onClose,
  children,
  ...props
}: Omit<PatternFly.ModalProps, 'ref' | 'onClose'> & { readonly onClose?: () => void }) {
  const t = useSharedTexts();
  return (
    <PatternFly.Modal {...props} {...(onClose && { onEscapePress: onClose })}>
      {onClose && (
        <div className="pf-v6-c-modal-box__close">
          <PatternFly.Button
            variant="plain"
            aria-label={t('ui.close')}
            icon={<CloseIcon />}
            onClick={onClose}
          />
        </div>
      )}
      {children}
    </PatternFly.Modal>
  );
}

/** A text in which the names of options, such as --backup-folder, are not broken at their hyphens. */
export const withOptionNames = (text: string): ReactNode =>
  text.split(/(--[a-z][a-z-]*)/).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: its place is what it is
      <span key={index} className="sower-option">
        {part}
      </span>
    ),
  );
