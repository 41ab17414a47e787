/** Two people edited one thing: both versions side by side, and a choice for every field that differs. */
import { Button, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, Radio } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export type ConflictField = { field: string; label: string; mine: string; theirs: string };

export function ConflictDialog({
  name,
  fields,
  onChosen,
  onClose,
}: {
  name: string;
  fields: readonly ConflictField[];
  /** With the fields for which mine was chosen. */
  onChosen: (mine: readonly string[]) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const differing = fields.filter(({ mine, theirs }) => mine !== theirs);
  const [mine, setMine] = useState<ReadonlySet<string>>(new Set(differing.map(({ field }) => field)));
  const choose = (field: string, chosen: boolean): void =>
    setMine((held) => {
      const changed = new Set(held);
      if (chosen) changed.add(field);
      else changed.delete(field);
      return changed;
    });
  return (
    <Modal
      isOpen
      variant="medium"
      onClose={onClose}
      aria-labelledby="conflict-title"
      aria-describedby="conflict-body"
    >
      <ModalHeader
        title={t('conflict.title', { name })}
        labelId="conflict-title"
        titleIconVariant="warning"
      />
      <ModalBody id="conflict-body">
        <p>{differing.length === 0 ? t('conflict.same') : t('conflict.body')}</p>
        <div className="pf-v6-c-form">
          {differing.map(({ field, label, mine: own, theirs }) => (
            <FormGroup key={field} role="radiogroup" isStack fieldId={`conflict-${field}`} label={label}>
              <Radio
                id={`conflict-${field}-mine`}
                name={`conflict-${field}`}
                isChecked={mine.has(field)}
                onChange={() => choose(field, true)}
                label={t('conflict.mine', { value: own })}
              />
              <Radio
                id={`conflict-${field}-theirs`}
                name={`conflict-${field}`}
                isChecked={!mine.has(field)}
                onChange={() => choose(field, false)}
                label={t('conflict.theirs', { value: theirs })}
              />
            </FormGroup>
          ))}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button
          onClick={() => onChosen(differing.map(({ field }) => field).filter((field) => mine.has(field)))}
        >
          {t('conflict.save')}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('ui.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
