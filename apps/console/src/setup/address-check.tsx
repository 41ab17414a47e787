/** The address that new links will contain, and whether this server answers there. */
import type { AddressCheck as Answer } from '@sower/api/settings';
import { PATHS } from '@sower/ctkip/paths';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useConsole } from '../session/use-console.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';

export function AddressCheck({
  publicUrl,
  host,
  port,
  ready,
}: {
  publicUrl: string;
  /** Empty: that of the public URL; so is port 0. */
  host: string;
  port: number;
  ready: boolean;
}) {
  const { t, api } = useConsole();
  const checking = useMutation({
    mutationFn: () => api('checkAddress', { body: { host, port } }),
  });
  const { reset } = checking;
  // The result for another address says nothing about this one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the address that changes
  useEffect(() => reset(), [host, port, reset]);
  const url = new URL(publicUrl);
  if (ready && host !== '') url.hostname = host;
  if (ready && port !== 0) url.port = String(port);
  const said = checking.data && verdict(checking.data);
  return (
    <>
      <CopyField label={t('settings.address.url')} value={`${url.origin}${PATHS.deployed}`} />
      <div className="sower-actions">
        <Button variant="secondary" work={checking} isDisabled={!ready}>
          {t('settings.address.check')}
        </Button>
      </div>
      <ProblemAlert error={checking.error} />
      {checking.data && said && (
        <Alert
          role="status"
          variant={said === 'trusted' ? 'success' : 'warning'}
          title={t(`settings.address.${said}`, { url: checking.data.url })}
        />
      )}
    </>
  );
}

function verdict({
  reachable,
  thisServer,
  named,
}: Answer): 'trusted' | 'untrusted' | 'unnamed' | 'another' | 'unreachable' {
  if (reachable === 'unreachable') return 'unreachable';
  if (thisServer !== true) return 'another';
  if (named === false) return 'unnamed';
  return reachable;
}
