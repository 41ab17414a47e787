/** A form, as wide as a line is read, and first in it what is wrong with what was sent: the server checks it, not the browser. */
import * as PatternFly from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { ProblemAlert } from '../problem-alert.tsx';

export function Form({
  id,
  wide = false,
  error,
  fields,
  onSubmit,
  children,
}: {
  id?: string;
  /** As wide as what it is in. */
  wide?: boolean;
  /** Of the request that sent it; undefined as well where something is said before that. */
  error?: unknown;
  /** Paths whose messages are shown at their inputs. */
  fields?: readonly string[];
  /** Undefined: what is typed is followed at once, and sent nowhere. */
  onSubmit?: () => void;
  children: ReactNode;
}) {
  return (
    <PatternFly.Form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        // A form of the page that has opened a window with this one is not sent along.
        event.stopPropagation();
        onSubmit?.();
      }}
      {...(id === undefined ? {} : { id })}
      {...(wide ? {} : { className: 'sower-form' })}
    >
      <ProblemAlert error={error} {...(fields === undefined ? {} : { fields })} />
      {children}
    </PatternFly.Form>
  );
}
