/** A value to copy: shown in full, with a button of its own. */
import { FormGroup } from '@patternfly/react-core';
import CheckIcon from '@patternfly/react-icons/dist/esm/icons/check-icon';
import CopyIcon from '@patternfly/react-icons/dist/esm/icons/copy-icon';
import { useId, useState } from 'react';
import { useSharedTexts } from '../texts/use-shared-texts.ts';
import { Button } from './patternfly.tsx';

export function CopyField({
  label,
  value,
  shown,
  note,
}: {
  label: string;
  value: string;
  shown?: string | undefined;
  /** Below it, until it is copied. */
  note?: string | undefined;
}) {
  const t = useSharedTexts();
  const id = useId();
  const [copied, setCopied] = useState<'no' | 'yes' | 'refused'>('no');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied('yes');
    } catch {
      const selection = window.getSelection();
      const element = document.getElementById(id);
      if (selection && element) selection.selectAllChildren(element);
      setCopied('refused');
    }
    setTimeout(() => setCopied('no'), 4000);
  };
  return (
    <FormGroup label={label} role="group" fieldId={id}>
      <div className="sower-copy">
        <output className="sower-copy-value sower-mono" id={id}>
          {shown ?? value}
        </output>
        <Button
          variant="secondary"
          icon={copied === 'yes' ? <CheckIcon /> : <CopyIcon />}
          onClick={copy}
          aria-label={t('ui.copyNamed', { label })}
        >
          {t('ui.copy')}
        </Button>
      </div>
      <div className="sower-copy-said">
        {copied === 'no' && note}
        <span role="status">
          {copied === 'yes' ? t('ui.copied', { label }) : copied === 'refused' ? t('ui.copyRefused') : ''}
        </span>
      </div>
    </FormGroup>
  );
}
