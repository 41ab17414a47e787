/** A part of a page in a frame of its own, below its title. */
import { Card, CardBody, CardHeader, CardTitle } from '@patternfly/react-core';
import type { ReactNode } from 'react';

export function TitledCard({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Card component="section">
      {actions === undefined ? (
        <CardTitle component="h2">{title}</CardTitle>
      ) : (
        <CardHeader actions={{ actions }}>
          <CardTitle component="h2">{title}</CardTitle>
        </CardHeader>
      )}
      <CardBody>{children}</CardBody>
    </Card>
  );
}
