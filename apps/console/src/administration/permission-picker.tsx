/** Choosing permissions: grouped, each in words. What one does not hold cannot be granted. */
import { Checkbox, HelperText } from '@patternfly/react-core';
import type { Permission } from '@sower/api/permissions';
import { useId } from 'react';
import { permissionGroups, usePermissionWords } from '../api/permission-words.ts';
import { useConsole } from '../session/use-console.ts';
import { useFieldProblem } from '../ui/forms/form.tsx';
import { HelperTextItem } from '../ui/patternfly.tsx';

export function PermissionPicker({
  label,
  help,
  path,
  error: own,
  chosen,
  onChange,
}: {
  label: string;
  help?: string;
  /** Where it is in what its form sends. */
  path: string;
  error?: string | undefined;
  chosen: ReadonlySet<Permission>;
  onChange: (chosen: ReadonlySet<Permission>) => void;
}) {
  const { t, can } = useConsole();
  const words = usePermissionWords();
  const found = useFieldProblem(path);
  const error = own ?? found;
  const id = useId();
  return (
    <fieldset className="sower-plain" aria-describedby={`${id}-words`}>
      <legend className="pf-v6-c-form__label-text">{label}</legend>
      <HelperText id={`${id}-words`} aria-live="polite">
        {error !== undefined && <HelperTextItem variant="error">{error}</HelperTextItem>}
        {help !== undefined && <HelperTextItem>{help}</HelperTextItem>}
      </HelperText>
      {permissionGroups().map(([group, permissions]) => (
        <fieldset key={group} className="sower-plain">
          <legend className="sower-legend">{t(`permissionGroups.${group}`)}</legend>
          {permissions.map((permission) => {
            // Exists to be given to a portal by people who do not hold it.
            const granted = can(permission) || (permission === 'activations:open' && can('keys:edit'));
            return (
              <Checkbox
                key={permission}
                id={`${id}-${permission}`}
                label={words(permission)}
                description={granted ? permission : `${permission} – ${t('roles.notHeld')}`}
                isChecked={chosen.has(permission)}
                isDisabled={!granted}
                onChange={(_, on) => {
                  const changed = new Set(chosen);
                  if (on) changed.add(permission);
                  else changed.delete(permission);
                  onChange(changed);
                }}
              />
            );
          })}
        </fieldset>
      ))}
    </fieldset>
  );
}
