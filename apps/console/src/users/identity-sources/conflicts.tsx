/** Conflicts of a run: how many of each kind, and what can be chosen for all of one kind. */
import type { IdentitySource, SourceRun } from '@sower/api/identity-sources';
import { conflictKinds } from '@sower/api/source-conflicts';
import { useState } from 'react';
import { useConsole } from '../../session/use-console.ts';
import { Alert, Button } from '../../ui/patternfly.tsx';
import { type Asked, ChooseDialog } from './choose-dialog.tsx';

export function Conflicts({ source, run }: { source: IdentitySource; run: SourceRun }) {
  const { t, can } = useConsole();
  const [asked, setAsked] = useState<Asked>();
  const kinds = conflictKinds.flatMap((kind) => {
    const count = run.conflicts?.[kind] ?? 0;
    return count === 0 ? [] : [{ kind, count }];
  });
  return (
    <Alert component="p" isInline variant="warning" title={t('sourceRuns.conflictsTitle')}>
      <p>{t('sourceRuns.conflictsBody')}</p>
      {can('users:edit') &&
        kinds.map(({ kind, count }) => (
          <div key={kind} data-conflicts={kind}>
            <p>{t(`sourceRuns.choice.kinds.${kind}`, { count })}</p>
            <div className="sower-actions">
              {(['link', 'qualify', 'skip'] as const)
                .filter((choice) => choice !== 'link' || kind === 'internal' || kind === 'gone')
                .map((choice) => (
                  <Button
                    key={choice}
                    variant="secondary"
                    size="sm"
                    onClick={() => setAsked({ choice, which: { kind, count } })}
                  >
                    {t(`sourceRuns.choice.all.${choice}`)}
                  </Button>
                ))}
            </div>
          </div>
        ))}
      {asked && <ChooseDialog source={source} run={run} asked={asked} onClose={() => setAsked(undefined)} />}
    </Alert>
  );
}
