/** A link that looks like a button: it can be opened in a new tab and is read out as a link. */
import type { ButtonProps } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { Link, type LinkProps } from 'react-router';
import { Button } from './patternfly.tsx';

export function LinkButton({
  to,
  variant = 'secondary',
  children,
}: {
  to: string;
  variant?: NonNullable<ButtonProps['variant']>;
  children: ReactNode;
}) {
  return (
    <Button variant={variant} component={(props: Omit<LinkProps, 'to'>) => <Link {...props} to={to} />}>
      {children}
    </Button>
  );
}
